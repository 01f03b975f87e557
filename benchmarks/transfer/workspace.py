"""A filled workspace of ordinary resources, as large as one likes.

With 400 deployments there are 220 flows, 240 variables, 100 automations, 100 block documents of three types, one of
which is not built in, 12 pools with 60 queues besides their default ones, 60 global limits, 40 limits of tags and 8
saved searches. No name is awkward, nothing is there twice, nothing goes in a circle: that is in the demo's workspace.
"""

from collections.abc import Callable, Mapping, Sequence
from math import ceil

from benchmarks.transfer.plain_client import PlainClient
from migrator.kinds.kind import Request
from migrator.model.canonical import Body

#: Of what else there are how many to a hundred deployments.
SHARES = {
    "flow": 55,
    "variable": 60,
    "automation": 25,
    "document": 25,
    "pool": 3,
    "limit": 15,
    "tag limit": 10,
    "search": 2,
}
#: Queues of a pool, besides its default one.
QUEUES = 5
#: The block type that does not come with the server.
OWN_TYPE = "bench-warehouse"

#: The number of a resource -> its id.
Ids = Mapping[int, str]

_TEMPLATE: Body = {
    "job_configuration": {"command": "{{ command }}", "env": "{{ env }}", "image": "{{ image }}"},
    "variables": {
        "type": "object",
        "properties": {
            "command": {"type": "string", "title": "Command"},
            "env": {"type": "object", "title": "Environment", "additionalProperties": {"type": "string"}},
            "image": {"type": "string", "title": "Image", "default": "registry.example.com/flows:latest"},
            "credentials": {"type": "object", "title": "Credentials"},
        },
    },
}
_PARAMETERS: Body = {
    "title": "Parameters",
    "type": "object",
    "properties": {
        "tenant": {"title": "tenant", "type": "integer", "position": 0},
        "dry_run": {"title": "dry_run", "type": "boolean", "default": False, "position": 1},
    },
    "required": ["tenant"],
}


async def fill(client: PlainClient, numbers: range) -> None:
    """Put deployments into a workspace that has those of the numbers before, and their share of everything else."""
    filling = _Filling(client, numbers)
    await filling.each("variable", "/variables/", _variable)
    await filling.each("tag limit", "/concurrency_limits/", _tag_limit)
    limits = await filling.each("limit", "/v2/concurrency_limits/", _limit)
    documents = await filling.documents()
    await filling.pools()
    deployments = await filling.deployments(await filling.flows(), documents, limits)
    await filling.each("automation", "/automations/", lambda number: _automation(number, deployments))
    await filling.each("search", "/saved_searches/", lambda number: _search(number, deployments), method="PUT")


class _Filling:
    def __init__(self, client: PlainClient, numbers: range) -> None:
        self._client = client
        self._numbers = numbers

    def _share(self, what: str) -> range:
        """The numbers of what comes with the deployments."""
        before, then = (ceil(number * SHARES[what] / 100) for number in (self._numbers.start, self._numbers.stop))
        return range(before, then)

    async def each(self, what: str, path: str, body: Callable[[int], Body], method: str = "POST") -> Ids:
        return await self._put(self._share(what), [Request(method, path, body(n)) for n in self._share(what)])

    async def _put(self, numbers: Sequence[int], requests: Sequence[Request]) -> Ids:
        answers = await self._client.send_all(requests)
        return {number: str(answer["id"]) for number, answer in zip(numbers, answers, strict=True)}

    async def documents(self) -> Ids:
        if not self._numbers.start:
            await self._own_type()
        schemas = [await self._schema(slug) for slug in _DATA]
        return await self.each("document", "/block_documents/", lambda number: _document(number, schemas))

    async def _own_type(self) -> None:
        own_type = await self._client.send(Request("POST", "/block_types/", {"name": OWN_TYPE, "slug": OWN_TYPE}))
        # As Prefect's own client says it.
        fields = {
            "block_type_slug": OWN_TYPE,
            "block_schema_references": {},
            "secret_fields": [],
            "title": "Warehouse",
            "type": "object",
            "properties": {"host": {"type": "string", "title": "Host"}},
            "required": ["host"],
        }
        schema = {"block_type_id": own_type["id"], "fields": fields}
        await self._client.send(Request("POST", "/block_schemas/", schema))

    async def _schema(self, slug: str) -> Body:
        of_type = await self._client.send(Request("GET", f"/block_types/slug/{slug}"))
        wanted = {"block_schemas": {"block_type_id": {"any_": [of_type["id"]]}}, "limit": 1}
        found = await self._client.send(Request("POST", "/block_schemas/filter", wanted))
        return {"block_type_id": of_type["id"], "block_schema_id": found[0]["id"]}

    async def pools(self) -> None:
        await self.each("pool", "/work_pools/", _pool)
        for place in range(QUEUES):
            # One after the other, as one with a priority that is taken moves that one.
            await self._client.send_all(_queue(pool, place) for pool in self._share("pool"))

    async def flows(self) -> Ids:
        # To create one that is there changes nothing.
        numbers = sorted({_flow_of(number) for number in self._numbers})
        return await self._put(numbers, [Request("POST", "/flows/", _flow(number)) for number in numbers])

    async def deployments(self, flows: Ids, documents: Ids, limits: Ids) -> Ids:
        pools = ceil(self._numbers.stop * SHARES["pool"] / 100)
        bodies = (
            {**_deployment(n), **_place(n, pools), **_references(n, documents, limits), "flow_id": flows[_flow_of(n)]}
            for n in self._numbers
        )
        return await self._put(self._numbers, [Request("POST", "/deployments/", body) for body in bodies])


def _flow_of(deployment: int) -> int:
    return deployment * SHARES["flow"] // 100


def _flow(number: int) -> Body:
    return {"name": f"flow-{number:05}", "tags": ["bench", f"team-{number % 9}"]}


def _variable(number: int) -> Body:
    return {"name": f"threshold_{number:05}", "value": {"warn": number, "page": number * 2}, "tags": ["bench"]}


def _limit(number: int) -> Body:
    return {"name": f"slots-{number:05}", "limit": 1 + number % 20}


def _tag_limit(number: int) -> Body:
    return {"tag": f"heavy-{number:05}", "concurrency_limit": 1 + number % 20}


#: By block type: the data of a document.
_DATA: Mapping[str, Callable[[int], Body]] = {
    "secret": lambda number: {"value": f"token-{number:05}"},
    OWN_TYPE: lambda number: {"host": f"db-{number:05}.example.com"},
    "local-file-system": lambda number: {"basepath": f"/srv/results/{number:05}"},
}


def _document(number: int, schemas: Sequence[Body]) -> Body:
    place = number % len(schemas)
    return {"name": f"document-{number:05}", "data": [*_DATA.values()][place](number), **schemas[place]}


def _pool(number: int) -> Body:
    return {"name": f"pool-{number:05}", "type": "kubernetes", "base_job_template": _TEMPLATE, "concurrency_limit": 25}


def _queue(pool: int, place: int) -> Request:
    body = {"name": f"queue-{place}", "priority": place + 2, "concurrency_limit": 10}
    return Request("POST", f"/work_pools/pool-{pool:05}/queues", body)


def _deployment(number: int) -> Body:
    schedule = {"schedule": {"cron": f"{number % 60} 2 * * *", "timezone": "UTC"}, "slug": "nightly", "active": True}
    return {
        "name": f"tenant-{number:05}",
        "description": f"Loads what tenant {number} has sent",
        "version": "2.4.1",
        "tags": ["tenant", f"region-{number % 4}"],
        "labels": {"tenant": number},
        "parameters": {"tenant": number, "dry_run": False},
        "parameter_openapi_schema": _PARAMETERS,
        "entrypoint": "flows/tenants.py:run",
        "paused": number % 7 == 0,
        "schedules": [schedule] if number % 3 else [],
    }


def _place(number: int, pools: int) -> Body:
    """Three of five are on the default queue of their pool."""
    place = {"work_pool_name": f"pool-{number % pools:05}"}
    return place if number % QUEUES < QUEUES // 2 + 1 else {**place, "work_queue_name": f"queue-{number % QUEUES}"}


def _references(number: int, documents: Ids, limits: Ids) -> Body:
    document = documents[number // 4] if number % 4 == 0 else None
    limit = limits.get(number * SHARES["limit"] // 100) if number % 10 == 1 else None
    return {
        **({"job_variables": {"credentials": {"$ref": {"block_document_id": document}}}} if document else {}),
        **({"global_concurrency_limit_id": limit} if limit else {}),
        **({"concurrency_limit": 3} if number % 10 == 0 else {}),
    }


def _automation(number: int, deployments: Ids) -> Body:
    deployment = deployments[number * 100 // SHARES["automation"]]
    return {
        "name": f"after-{number:05}",
        "description": "Runs again what has failed",
        "trigger": {
            "type": "event",
            "match": {"prefect.resource.id": "prefect.flow-run.*"},
            "match_related": {
                "prefect.resource.role": "deployment",
                "prefect.resource.id": f"prefect.deployment.{deployment}",
            },
            "expect": ["prefect.flow-run.Failed"],
            "posture": "Reactive",
            "threshold": 1,
            "within": 0,
        },
        "actions": [{"type": "run-deployment", "source": "selected", "deployment_id": deployment}],
    }


def _search(number: int, deployments: Ids) -> Body:
    wanted = [deployments[number * 100 // SHARES["search"]]]
    about = {"object": "deployment", "property": "id", "type": "string", "operation": "equals", "value": wanted}
    return {"name": f"search-{number:05}", "filters": [about]}
