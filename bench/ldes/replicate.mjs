// Reads a whole event stream with the reference client and prints how many members it gave.
import { intoConfig, replicateLDES } from "ldes-client";

const client = replicateLDES(intoConfig({ url: process.argv[2] }), "none");
let members = 0;
for await (const member of client.stream({ highWaterMark: 10 })) {
  if (member.quads.length === 0) throw new Error(`${member.id.value} is empty`);
  members += 1;
}
console.log(members);
