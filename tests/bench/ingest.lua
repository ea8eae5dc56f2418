-- Two reports for each run, its start and its end, every one of them new.
local threads = 0
function setup(thread)
  thread:set("id", threads)
  threads = threads + 1
end

function init(arguments)
  count = 0
  math.randomseed(os.time() + id * 1000)
  base = math.random(1, 1000000000)
end

function request()
  count = count + 1
  local run = math.floor(count / 2)
  local started = 1767225600 + run
  local ending = ""
  if count % 2 == 1 then
    ending = string.format(',"finished_at":"%d","status":"success"', started + 90)
  end
  local body = string.format(
    '{"pipeline_name":"build-%d","pipeline_source":"Jenkins","reference_id":"run-%d-%d-%d","started_at":"%d"%s,'
      .. '"repository":"acme/web","commit_sha":"9fceb02d0ae598e95dc970b74767f19372d61af8","head_branch":"main",'
      .. '"email":"dev@example.com"}',
    run % 50, base, id, run, started, ending)
  return wrk.format("POST", "/api/pipelineRuns.sync", {
    ["Authorization"] = "Bearer " .. os.getenv("BENCH_CI_KEY"), ["Content-Type"] = "application/json" }, body)
end
