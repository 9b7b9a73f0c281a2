-- For wrk: asks for the addresses in PATHS in turn, with the cookie in COOKIE, and prints one line
-- of figures: requests, requests a second, p50 and p95 in ms, and answers other than 200 OK.

local paths, at, threads = {}, 0, {}

function setup(thread)
  table.insert(threads, thread)
end

function init()
  failed = 0
  wrk.headers["Cookie"] = os.getenv("COOKIE")
  for path in os.getenv("PATHS"):gmatch("%S+") do
    table.insert(paths, path)
  end
end

function request()
  at = at % #paths + 1
  return wrk.format("GET", paths[at])
end

function response(status)
  if status ~= 200 then
    failed = failed + 1
  end
end

function done(summary, latency)
  local errors = summary.errors.connect + summary.errors.read + summary.errors.write
    + summary.errors.timeout
  for _, thread in ipairs(threads) do
    errors = errors + thread:get("failed")
  end
  io.write(string.format("figures %d %.1f %.1f %.1f %d\n", summary.requests,
    summary.requests / summary.duration * 1e6, latency:percentile(50) / 1000,
    latency:percentile(95) / 1000, errors))
end
