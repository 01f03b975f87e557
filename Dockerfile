# One image for the workers, the coordinator and the page: docker build --tag migrator:0.1.0 .
#
# The base is pinned by its tag. A digest belongs to the registry it was pulled from, so whoever builds for production
# adds it: docker build --build-arg PYTHON=python:3.11-slim-bookworm@sha256:… .
ARG PYTHON=python:3.11-slim-bookworm

FROM ${PYTHON} AS build
WORKDIR /src
# Dependencies change seldom, so they are a layer of their own. They come as wheels, or the build fails: nothing is compiled.
COPY constraints.txt pyproject.toml ./
RUN python -m venv --without-pip /opt/migrator \
    && python -c "import tomllib; print(*tomllib.load(open('pyproject.toml', 'rb'))['project']['dependencies'], sep='\n')" \
        > requirements.txt \
    && pip --python /opt/migrator/bin/python install --no-cache-dir --only-binary :all: \
        --constraint constraints.txt --requirement requirements.txt
COPY README.md LICENSE ./
COPY migrator migrator
COPY workers workers
RUN pip --python /opt/migrator/bin/python install --no-cache-dir --no-deps .

FROM ${PYTHON}
ARG VERSION=0.1.0
ARG REVISION=unknown
ARG CREATED=unknown
LABEL org.opencontainers.image.title="migrator" \
    org.opencontainers.image.description="Moves a whole Prefect workspace, and proves that it arrived." \
    org.opencontainers.image.licenses="Apache-2.0" \
    org.opencontainers.image.version="${VERSION}" \
    org.opencontainers.image.revision="${REVISION}" \
    org.opencontainers.image.created="${CREATED}" \
    org.opencontainers.image.base.name="python:3.11-slim-bookworm"
# Nothing is installed in a container that runs, so what installs is gone, with the copy that Python would bring it back from.
RUN groupadd --gid 10001 migrator \
    && useradd --uid 10001 --gid 10001 --no-create-home --home-dir /tmp/migrator --shell /usr/sbin/nologin migrator \
    && pip uninstall --yes --root-user-action ignore setuptools wheel pip \
    && rm -rf /usr/local/lib/python3.*/ensurepip
COPY --from=build /opt/migrator /opt/migrator
# The root is read-only where it can be: whatever is written is written below /tmp.
ENV PATH=/opt/migrator/bin:$PATH \
    HOME=/tmp/migrator \
    PYTHONDONTWRITEBYTECODE=1 \
    PYTHONUNBUFFERED=1 \
    MIGRATOR_STATE_DIR=/tmp/migrator \
    MIGRATOR_HEARTBEAT_DIR=/tmp/heartbeats
USER 10001:10001
# Docker's own; Kubernetes has probes instead. Who runs something else than workers turns it off.
HEALTHCHECK --interval=15s --timeout=5s --start-period=30s --retries=3 CMD ["migrator", "health", "--alive"]
# As PID 1, without a shell in between: signals reach it.
ENTRYPOINT ["migrator"]
CMD ["workers", "--processes", "2", "--grace", "45"]
