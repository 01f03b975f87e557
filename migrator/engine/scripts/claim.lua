-- claim: ready nodes go to a worker under a lease.
--
-- KEYS[1]  run      hash  state
-- KEYS[2]  ready    list  nodes that wait for nothing
-- KEYS[3]  suspect  list  nodes whose worker died; each is handed out alone
-- KEYS[4]  claimed  hash  node -> token of the lease that holds it
-- KEYS[5]  lease    hash  token -> "4 7 9", and token:left -> how many of them are still held
-- KEYS[6]  leases   zset  token -> deadline (ms)
-- KEYS[7]  tries    hash  node -> attempts that are to be repeated
-- KEYS[8]  crashes  hash  node -> workers that died holding it
--
-- ARGV[1]  token    chosen by the worker: a claim that is repeated with it gets the same nodes
-- ARGV[2]  limit    nodes at the most
-- ARGV[3]  lease_ms how long the lease lasts unless it is renewed
-- ARGV[4]  alone    1 if the worker holds nothing else, so that a suspect would take nobody along
--
-- Returns {state, still ready, 1 if the node is a suspect, node, earlier attempts, node, earlier attempts, …}

-- include shared/hash.lua

local call = redis.call
local token, limit, lease_ms, alone = ARGV[1], tonumber(ARGV[2]), tonumber(ARGV[3]), ARGV[4] == '1'
local clock = call('TIME')
local now = clock[1] * 1000 + math.floor(clock[2] / 1000)

local function take()
  local suspect = alone and call('LPOP', KEYS[3])
  if suspect then return {suspect} end
  return call('LPOP', KEYS[2], limit) or {}
end

local function hand_out(nodes)
  if #nodes == 0 then return end
  local holder = {}
  for i, node in ipairs(nodes) do holder[2 * i - 1], holder[2 * i] = node, token end
  call('HSET', KEYS[4], unpack(holder))
  call('HSET', KEYS[5], token, table.concat(nodes, ' '), token .. ':left', #nodes)
  call('ZADD', KEYS[6], now + lease_ms, token)
end

-- The answer to this very claim was lost: what it still holds.
local function held()
  local nodes = {}
  for node in string.gmatch(call('HGET', KEYS[5], token), '%d+') do
    if call('HGET', KEYS[4], node) == token then nodes[#nodes + 1] = node end
  end
  return nodes
end

local state = call('HGET', KEYS[1], 'state')
local nodes = {}
if call('HEXISTS', KEYS[5], token) == 1 then
  nodes = held()
elseif state == 'running' then
  nodes = take()
  hand_out(nodes)
end

local tries, crashes = hash(KEYS[7]), hash(KEYS[8])
tries:read(nodes)
crashes:read(nodes)
local is_suspect = #nodes == 1 and crashes:get(nodes[1]) and 1 or 0
local reply = {state, call('LLEN', KEYS[2]) + call('LLEN', KEYS[3]), is_suspect}
for i, node in ipairs(nodes) do
  reply[2 * i + 2], reply[2 * i + 3] = node, (tries:get(node) or 0) + (crashes:get(node) or 0)
end
return reply
