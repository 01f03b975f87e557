-- A hash whose fields are read many at a time, and written when all is decided: a call costs more than what it does.
local Hash = {}
Hash.__index = Hash

local function hash(key)
  return setmetatable({key = key, known = {}, changed = {}}, Hash)
end

-- Ask for fields at once that will be asked for one by one.
function Hash:read(fields)
  local new = {}
  for _, field in ipairs(fields) do
    if self.known[field] == nil then
      self.known[field] = false
      new[#new + 1] = field
    end
  end
  -- Most often there is nothing that is blocked, has parts, or has killed a worker.
  if #new > 1 and redis.call('EXISTS', self.key) == 0 then return end
  for from = 1, #new, 1000 do
    local values = redis.call('HMGET', self.key, unpack(new, from, math.min(from + 999, #new)))
    for i = 1, #values do self.known[new[from + i - 1]] = values[i] end
  end
end

-- The value of a field; false if it is not there.
function Hash:get(field)
  if self.known[field] == nil then self.known[field] = redis.call('HGET', self.key, field) end
  return self.known[field]
end

-- Change a field; false removes it.
function Hash:set(field, value)
  self.known[field], self.changed[field] = value, true
end

function Hash:write()
  local kept, gone = {}, {}
  for field in pairs(self.changed) do
    local value = self.known[field]
    if value then
      kept[#kept + 1], kept[#kept + 2] = field, value
    else
      gone[#gone + 1] = field
    end
  end
  for i = 1, #kept, 1000 do redis.call('HSET', self.key, unpack(kept, i, math.min(i + 999, #kept))) end
  for i = 1, #gone, 1000 do redis.call('HDEL', self.key, unpack(gone, i, math.min(i + 999, #gone))) end
end
