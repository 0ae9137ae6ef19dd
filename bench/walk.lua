-- For wrk: ask for the addresses of a file, one after the other, from the line given on.
-- wrk … -s walk.lua URL -- FILE FIRST
local paths, at = {}, 0

function init(args)
  for line in io.lines(args[1]) do paths[#paths + 1] = line end
  at = tonumber(args[2]) or 0
end

function request()
  at = at % #paths + 1
  return wrk.format("GET", paths[at])
end

function done(summary, latency, _)
  local wrong = summary.errors
  io.stderr:write(string.format(
    '{"requests": %d, "seconds": %.3f, "p50_ms": %.2f, "p99_ms": %.2f, "wrong": %d}\n',
    summary.requests, summary.duration / 1e6, latency:percentile(50) / 1e3,
    latency:percentile(99) / 1e3,
    wrong.status + wrong.connect + wrong.read + wrong.write + wrong.timeout))
end
