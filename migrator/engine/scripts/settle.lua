-- settle: finished nodes get their outcome, their dependents are counted down, and who waits for nothing
-- more becomes ready or is skipped. Kahn's algorithm, one bounded step of it.
--
-- KEYS[1]  run         hash  state, nodes (how many), settled (how many), ended (ms),
--                             groups ("0 flow 120 variable 340": where each group of resources begins, and all end)
-- KEYS[2]  degree      hash  node -> dependencies that have not settled yet
-- KEYS[3]  dependents  hash  node -> "4 7 ~9", its dependents; ~ marks an edge that only orders. Of many the first piece
--                             is here and ends with +1, the next one is at node:1, and so on. Those of a node that
--                             failed or was skipped stay, for a retry
-- KEYS[4]  blocked     hash  node -> a failed or skipped node that it needs
-- KEYS[5]  ready       list  nodes that wait for nothing
-- KEYS[6]  walk        list  fields of dependents: pieces of settled nodes that are to be counted down
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

-- include shared/hash.lua

local call = redis.call
local run, ready, walk = KEYS[1], KEYS[5], KEYS[6]
local degree, dependents, blocked, outcome = hash(KEYS[2]), hash(KEYS[3]), hash(KEYS[4]), hash(KEYS[7])
local id, body, steps, parts = hash(KEYS[9]), hash(KEYS[10]), hash(KEYS[11]), hash(KEYS[12])
local claimed, lease, crashes = hash(KEYS[13]), hash(KEYS[14]), hash(KEYS[19])
local token, budget, crash_limit, respite = ARGV[1], tonumber(ARGV[2]), tonumber(ARGV[3]), tonumber(ARGV[4])
local clock = call('TIME')
local now = clock[1] * 1000 + math.floor(clock[2] / 1000)
local edges, reaped, failed, tallied = 0, 0, {}, {}
local freed, begun = {}, {} -- nodes that wait for nothing more; walks that are to begin
local waiting, losing = {}, {} -- of each edge that is being walked: who waits, and the node that it loses, if any
local LOST = {failed = true, skipped = true}
local count, resource_of, forget_body

-- The node's last word. Those who wait for it are counted down by walk_on.
local function settle(node, word)
  outcome:set(node, word)
  local ending, resource = string.match(word, '^%S+'), resource_of(node)
  count(ending, resource)
  if ending == 'failed' then
    call('ZADD', KEYS[21], now, node)
    failed[#failed + 1] = node
  end
  if not LOST[ending] then forget_body(resource) end
  if dependents:get(node) then begun[#begun + 1] = node end
end

-- One dependency less. The last one decides: ready, or skipped because one of them failed.
local function count_down(node, lost)
  local left = degree:get(node)
  if not left then return end -- it waits for nothing: its outcome is from before a retry
  left = left - 1
  if lost and not blocked:get(node) then blocked:set(node, lost) end
  degree:set(node, left > 0 and left)
  if left > 0 then return end
  local blocker = blocked:get(node)
  if blocker then
    blocked:set(node, false)
    settle(node, 'skipped ' .. blocker)
  else
    freed[#freed + 1] = node
  end
end

-- One piece of a settled node's dependents; an edge that is needed passes a failure on. Returns where to go on.
local function walk_piece(place)
  local node = string.match(place, '^%d+')
  local lost = LOST[string.match(outcome:get(node), '^%S+')] and node
  local following
  for mark, number in string.gmatch(dependents:get(place) or '', '([~+]?)(%d+)') do
    if mark == '+' then
      following = node .. ':' .. number
    else
      edges = edges + 1
      waiting[#waiting + 1] = number
      losing[#waiting] = mark == '' and lost
    end
  end
  if not lost then dependents:set(place, false) end
  return following
end

local function count_down_all()
  degree:read(waiting)
  blocked:read(waiting)
  for i = 1, #waiting do count_down(waiting[i], losing[i]) end
  waiting, losing = {}, {}
end

-- Some walks, and at once what they will ask for one by one; those that begin in this call come last.
local function next_walks()
  local places = call('LPOP', walk, 50)
  if not places then
    places, begun = begun, {}
    return places
  end
  local nodes = {}
  for i = 1, #places do nodes[i] = string.match(places[i], '^%d+') end
  dependents:read(places)
  outcome:read(nodes)
  return places
end

local function put_back(places)
  local last_first = {}
  for i = #places, 1, -1 do last_first[#last_first + 1] = places[i] end
  if #places > 0 then call('LPUSH', walk, unpack(last_first)) end
end

-- Whoever calls helps along, within the budget; where it ends, the next caller goes on.
local function walk_on()
  while edges < budget do
    local places, left = next_walks(), {}
    if #places == 0 then return end
    for _, place in ipairs(places) do
      while place and edges < budget do place = walk_piece(place) end
      left[#left + 1] = place
    end
    put_back(left)
    count_down_all()
  end
  if #begun > 0 then call('RPUSH', walk, unpack(begun)) end
end

local groups = {} -- where each of resources begins, and its name; where they all end, and no name
for number, name in string.gmatch(call('HGET', run, 'groups') or '', '(%d+) ?(%S*)') do
  groups[#groups + 1] = {tonumber(number), name}
end

-- The first nodes are the resources; of each other one its step says whose it is, -1 for nobody's.
function resource_of(node)
  if tonumber(node) < groups[#groups][1] then return node end
  return string.match(steps:get(node), '^-?%d+')
end

function count(ending, resource)
  local number, field = tonumber(resource), ending
  for i = #groups - 1, 1, -1 do
    if number >= groups[i][1] then
      field = ending .. ' ' .. groups[i][2]
      break
    end
  end
  tallied[field] = (tallied[field] or 0) + 1
end

-- A sealed body rests until the last node of its resource has ended well: what failed may be tried again.
function forget_body(resource)
  local left = parts:get(resource)
  if left then
    left = left - 1
    parts:set(resource, left > 0 and left)
    if left > 0 then return end
  end
  body:set(resource, false)
end

local function end_lease(holder)
  lease:set(holder, false)
  lease:set(holder .. ':left', false)
  call('ZREM', KEYS[15], holder)
end

-- Nodes have left their lease; one that holds nothing is over.
local function give_back(holder, nodes)
  local left = lease:get(holder .. ':left') - nodes
  lease:set(holder .. ':left', left)
  if left <= 0 then end_lease(holder) end
end

-- One result, if its lease still holds the node: a late or repeated one changes nothing.
local function apply(node, verdict, detail, destination_id)
  if claimed:get(node) ~= token then return 0 end
  claimed:set(node, false)
  if verdict == 'done' then
    if destination_id ~= '' then id:set(node, destination_id) end
    settle(node, detail)
  elseif verdict == 'failed' then
    settle(node, 'failed ' .. detail)
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
local function reap_one_lease()
  local expired = call('ZRANGEBYSCORE', KEYS[15], '-inf', now, 'LIMIT', 0, 1)[1]
  if not expired or has_just_started() then return end
  for node in string.gmatch(lease:get(expired), '%d+') do
    if claimed:get(node) == expired then
      claimed:set(node, false)
      local died = (crashes:get(node) or 0) + 1
      crashes:set(node, died)
      if died < crash_limit then
        call('RPUSH', KEYS[17], node)
      else
        settle(node, 'failed ' .. cjson.encode({type = 'WorkerDied', message = died .. ' workers died holding it'}))
      end
    end
  end
  end_lease(expired)
  reaped = 1
end

local function promote_due_retries()
  local due = call('ZRANGEBYSCORE', KEYS[16], '-inf', now, 'LIMIT', 0, 100)
  crashes:read(due)
  for _, node in ipairs(due) do
    call('ZREM', KEYS[16], node)
    if crashes:get(node) then
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

-- Ask at once for what results will be held against.
local function read_ahead()
  local nodes = {}
  for i = 5, #ARGV, 4 do nodes[#nodes + 1] = ARGV[i] end
  claimed:read(nodes)
  parts:read(nodes)
  dependents:read(nodes)
end

local accepted, results = 0, 0
read_ahead()
for i = 5, #ARGV, 4 do
  results = results + 1
  accepted = accepted + apply(ARGV[i], ARGV[i + 1], ARGV[i + 2], ARGV[i + 3])
end
if accepted > 0 then give_back(token, accepted) end
reap_one_lease()
promote_due_retries()
walk_on()
if #freed > 0 then call('RPUSH', ready, unpack(freed)) end
for _, changed in ipairs({degree, dependents, blocked, outcome, id, body, parts, claimed, lease, crashes}) do
  changed:write()
end
local growth = keep_count()
local claimable = call('LLEN', ready) + call('LLEN', KEYS[17])
local state, settled = unpack(call('HMGET', run, 'state', 'settled'))
return {
  accepted, results - accepted, claimable, call('LLEN', walk), state, tonumber(settled) or 0, edges, reaped, failed, growth,
}
