// Room on the map: what is drawn takes a rectangle, in pixels of its container, and nothing else is drawn there.

export class Room {
  constructor() { this.taken = []; }

  isFree({ left, top, width, height }) {
    return !this.taken.some((other) => left < other.left + other.width && other.left < left + width
      && top < other.top + other.height && other.top < top + height);
  }

  take(rectangle) { this.taken.push(rectangle); }

  // The first of some shifts [x, y] at which a rectangle is free, taken; none when all are taken already.
  place(rectangle, shifts) {
    for (const [x, y] of shifts) {
      const moved = { ...rectangle, left: rectangle.left + x, top: rectangle.top + y };
      if (this.isFree(moved)) { this.take(moved); return [x, y]; }
    }
    return null;
  }
}

// Around a point, nearest first.
export function around(step, rounds) {
  const found = [[0, 0]];
  for (let round = 1; round <= rounds; round += 1) {
    for (let eighth = 0; eighth < 8 * round; eighth += 1) {
      const angle = (eighth / (8 * round)) * 2 * Math.PI;
      found.push([Math.round(Math.cos(angle) * step * round), Math.round(Math.sin(angle) * step * round)]);
    }
  }
  return found;
}
