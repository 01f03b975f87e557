-- settle: finished nodes get their outcome, their dependents are counted down, and who waits for nothing
-- more becomes ready or is skipped. Kahn's algorithm, one bounded step of it.
--
-- KEYS[1]  run         hash  state, nodes (how many), settled (how many), ended (ms),
--                             groups ("0 flow 120 variable 340": where each group of resources begins, and all end)
-- KEYS[2]  degree      hash  node -> dependencies that have not settled yet
-- KEYS[3]  dependents  hash  node:piece -> "4 7 ~9"; ~ marks an edge that only orders. Those of a node that failed
--                             or was skipped stay, for a retry
-- KEYS[4]  blocked     hash  node -> a failed or skipped node that it needs
-- KEYS[5]  ready       list  nodes that wait for nothing
-- KEYS[6]  walk        list  "node piece": settled nodes whose dependents are being counted down
-- KEYS[7]  outcome     hash  node -> "created", "failed {…}", "skipped 17", …
-- KEYS[8]  tally       hash  "outcome group" -> how many nodes; those of no resource are in no group
-- KEYS[9]  id          hash  node -> destination id of the resource it wrote
-- KEYS[10] body        hash  resource -> sealed canonical form, until all of its nodes have ended well
-- KEYS[11] steps       hash  node -> "resource step", for nodes that are not their resource's only one
-- KEYS[12] parts       hash  resource -> nodes that have not ended well, for resources of several nodes
-- KEYS[13] claimed     hash  node -> token of the lease that holds it
-- KEYS[14] lease       hash  token -> "4 7 9", and token:left -> how many of them are still held
-- KEYS[15] leases      zset  token -> deadline (ms)
-- KEYS[16] delayed     zset  node -> when to try again (ms)
-- KEYS[17] suspect     list  nodes whose worker died, tried again one at a time
-- KEYS[18] tries       hash  node -> attempts that are to be repeated
-- KEYS[19] crashes     hash  node -> workers that died holding it
-- KEYS[20] pace        hash  "second outcome" -> how many nodes settled in the ten seconds from then on
-- KEYS[21] failures    zset  node that failed -> when (ms)
--
-- ARGV[1]  token       the lease the results are from; '' to only help along
-- ARGV[2]  budget      edges to walk at the most, give or take one piece
-- ARGV[3]  crash_limit workers that a node may kill before it fails
-- ARGV[4]  respite     seconds after a start of Redis in which nobody is taken for dead
-- ARGV[5…] node, verdict (done | failed | retry | release), detail, id: four a result
--          detail is an outcome for done, an error for failed, a delay in ms for retry and release
--
-- Returns {accepted, stale, ready, walk, state, settled, edges, how many leases were reaped, {nodes that have failed},
-- {field of tally, by how many nodes it has grown, …}}

local run, degree, dependents, blocked, ready, walk = KEYS[1], KEYS[2], KEYS[3], KEYS[4], KEYS[5], KEYS[6]
local call = redis.call
local token, budget, crash_limit, respite = ARGV[1], tonumber(ARGV[2]), tonumber(ARGV[3]), tonumber(ARGV[4])
local clock = call('TIME')
local now = clock[1] * 1000 + math.floor(clock[2] / 1000)
local edges, reaped, failed, tallied = 0, 0, {}, {}
local count, resource_of, forget_body, give_back, reap_one_lease, promote_due_retries, apply

-- The node's last word. Those who wait for it are counted down by walk_on.
local function settle(node, outcome, detail)
  call('HSET', KEYS[7], node, detail == '' and outcome or outcome .. ' ' .. detail)
  local resource = resource_of(node)
  count(outcome, resource)
  if outcome == 'failed' then
    call('ZADD', KEYS[21], now, node)
    failed[#failed + 1] = node
  end
  if outcome ~= 'failed' and outcome ~= 'skipped' then forget_body(resource) end
  if call('HEXISTS', dependents, node .. ':0') == 1 then call('RPUSH', walk, node .. ' 0') end
end

-- One dependency less. The last one decides: ready, or skipped because one of them failed.
local function count_down(node, lost)
  local left = call('HINCRBY', degree, node, -1)
  if left >= 0 and lost then call('HSETNX', blocked, node, lost) end
  if left > 0 then return end
  call('HDEL', degree, node)
  if left < 0 then return end -- it waits for nothing: its outcome is from before a retry
  local blocker = call('HGET', blocked, node)
  if blocker then
    call('HDEL', blocked, node)
    settle(node, 'skipped', blocker)
  else
    call('RPUSH', ready, node)
  end
end

-- One piece of a settled node's dependents; an edge that is needed passes a failure on.
local function walk_piece(node, field, piece)
  local outcome = call('HGET', KEYS[7], node)
  local lost = string.match(outcome, '^failed') or string.match(outcome, '^skipped')
  for orders_only, dependent in string.gmatch(piece, '(~?)(%d+)') do
    edges = edges + 1
    count_down(dependent, lost and orders_only == '' and node)
  end
  if not lost then call('HDEL', dependents, field) end
end

-- Whoever calls helps along, within the budget; where it ends, the next caller goes on.
local function walk_on()
  while edges < budget do
    local head = call('LINDEX', walk, 0)
    if not head then return end
    local node, number = string.match(head, '(%d+) (%d+)')
    local piece = call('HGET', dependents, node .. ':' .. number)
    if piece then walk_piece(node, node .. ':' .. number, piece) end
    if piece and call('HEXISTS', dependents, node .. ':' .. (number + 1)) == 1 then
      call('LSET', walk, 0, node .. ' ' .. (number + 1))
    else
      call('LPOP', walk)
    end
  end
end

local groups

-- Where groups begin, and where the last one ends.
local function begins()
  if not groups then
    groups = {}
    for number, name in string.gmatch(call('HGET', run, 'groups'), '(%d+) ?(%S*)') do
      groups[#groups + 1] = {tonumber(number), name}
    end
  end
  return groups
end

-- The first nodes are the resources; of each other one its step says whose it is, -1 for nobody's.
function resource_of(node)
  local all = begins()
  if tonumber(node) < all[#all][1] then return node end
  return string.match(call('HGET', KEYS[11], node), '^-?%d+')
end

function count(outcome, resource)
  local all, number, field = begins(), tonumber(resource), outcome
  for i = #all - 1, 1, -1 do
    if number >= all[i][1] then
      field = outcome .. ' ' .. all[i][2]
      break
    end
  end
  tallied[field] = (tallied[field] or 0) + 1
end

-- A sealed body rests until the last node of its resource has ended well: what failed may be tried again.
function forget_body(resource)
  if call('HEXISTS', KEYS[12], resource) == 0 then
    call('HDEL', KEYS[10], resource)
  elseif call('HINCRBY', KEYS[12], resource, -1) == 0 then
    call('HDEL', KEYS[10], resource)
    call('HDEL', KEYS[12], resource)
  end
end

-- The node leaves its lease; a lease that holds nothing is over.
function give_back(node, holder)
  call('HDEL', KEYS[13], node)
  if call('HINCRBY', KEYS[14], holder .. ':left', -1) == 0 then
    call('HDEL', KEYS[14], holder, holder .. ':left')
    call('ZREM', KEYS[15], holder)
  end
end

-- One result, if its lease still holds the node: a late or repeated one changes nothing.
function apply(node, verdict, detail, id)
  if call('HGET', KEYS[13], node) ~= token then return 0 end
  give_back(node, token)
  if verdict == 'done' then
    if id ~= '' then call('HSET', KEYS[9], node, id) end
    settle(node, string.match(detail, '^(%S+) ?(.*)$'))
  elseif verdict == 'failed' then
    settle(node, 'failed', detail)
  else
    if verdict == 'retry' then call('HINCRBY', KEYS[18], node, 1) end
    call('ZADD', KEYS[16], now + tonumber(detail), node)
  end
  return 1
end

-- While Redis was away nobody could renew, so that a deadline which passed meanwhile says nothing.
local function has_just_started()
  local uptime = string.match(call('INFO', 'server'), 'uptime_in_seconds:(%d+)')
  return uptime ~= nil and tonumber(uptime) < respite
end

-- A lease whose deadline has passed: its worker is gone, its nodes are suspect.
function reap_one_lease()
  local expired = call('ZRANGEBYSCORE', KEYS[15], '-inf', now, 'LIMIT', 0, 1)[1]
  if not expired or has_just_started() then return end
  for node in string.gmatch(call('HGET', KEYS[14], expired), '%d+') do
    if call('HGET', KEYS[13], node) == expired then
      give_back(node, expired)
      local crashes = call('HINCRBY', KEYS[19], node, 1)
      if crashes < crash_limit then
        call('RPUSH', KEYS[17], node)
      else
        settle(node, 'failed', cjson.encode({type = 'WorkerDied', message = crashes .. ' workers died holding it'}))
      end
    end
  end
  call('HDEL', KEYS[14], expired, expired .. ':left')
  call('ZREM', KEYS[15], expired)
  reaped = 1
end

function promote_due_retries()
  for _, node in ipairs(call('ZRANGEBYSCORE', KEYS[16], '-inf', now, 'LIMIT', 0, 100)) do
    call('ZREM', KEYS[16], node)
    if call('HEXISTS', KEYS[19], node) == 1 then
      call('RPUSH', KEYS[17], node)
    else
      call('RPUSH', ready, node)
    end
  end
end

local function keep_count()
  local settled, growth = 0, {}
  for field, nodes in pairs(tallied) do
    settled = settled + nodes
    growth[#growth + 1], growth[#growth + 2] = field, nodes
    call('HINCRBY', KEYS[8], field, nodes)
    call('HINCRBY', KEYS[20], (clock[1] - clock[1] % 10) .. ' ' .. string.match(field, '^%S+'), nodes)
  end
  if settled > 0 and call('HINCRBY', run, 'settled', settled) == tonumber(call('HGET', run, 'nodes')) then
    call('HSET', run, 'state', 'finished', 'ended', now)
  end
  return growth
end

local accepted, results = 0, 0
for i = 5, #ARGV, 4 do
  results = results + 1
  accepted = accepted + apply(ARGV[i], ARGV[i + 1], ARGV[i + 2], ARGV[i + 3])
end
reap_one_lease()
promote_due_retries()
walk_on()
local growth = keep_count()
local waiting = call('LLEN', ready) + call('LLEN', KEYS[17])
local state, settled = unpack(call('HMGET', run, 'state', 'settled'))
return {
  accepted, results - accepted, waiting, call('LLEN', walk), state, tonumber(settled) or 0, edges, reaped, failed, growth,
}
