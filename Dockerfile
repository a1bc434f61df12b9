FROM python:3.13-slim-trixie AS build
ENV PIP_DISABLE_PIP_VERSION_CHECK=1 PIP_NO_CACHE_DIR=1
WORKDIR /app
RUN python -m venv /app/.venv
COPY requirements.lock ./
RUN /app/.venv/bin/pip install --require-hashes --requirement requirements.lock
COPY bot bot
COPY storage storage
COPY playbooks playbooks
# What the first start would otherwise compute: byte code, and the weights that match texts with plays.
ENV PATH=/app/.venv/bin:$PATH KAM_CACHE_DIR=/var/cache/kam
RUN mkdir /data \
    && python -m compileall -q bot storage \
    && python -m bot warm \
    && pip uninstall --yes --quiet pip

FROM python:3.13-slim-trixie
LABEL org.opencontainers.image.title="key-account-coach" \
      org.opencontainers.image.licenses="MIT"
# The Monday chart in Chinese needs a font that has the characters; `kam backup` needs PostgreSQL's own programs, at least
# as new as the server: trixie's are of version 17, like the server in compose.yaml.
# hadolint ignore=DL3008
RUN apt-get update \
    && apt-get install --yes --no-install-recommends fonts-wqy-microhei postgresql-client \
    && rm -rf /var/lib/apt/lists/*
RUN useradd --system --uid 10001 --no-create-home --home-dir /data kam
WORKDIR /app
COPY --from=build /app /app
COPY --from=build --chown=10001:10001 /var/cache/kam /var/cache/kam
COPY --from=build --chown=10001:10001 /data /data
ENV PATH=/app/.venv/bin:$PATH \
    PYTHONUNBUFFERED=1 \
    PYTHONDONTWRITEBYTECODE=1 \
    KAM_CACHE_DIR=/var/cache/kam \
    KAM_DATA_DIR=/data \
    KAM_HTTP_HOST=0.0.0.0 \
    KAM_HTTP_PORT=3000
VOLUME /data
EXPOSE 3000
USER 10001
STOPSIGNAL SIGTERM
HEALTHCHECK --interval=30s --timeout=5s --start-period=20s --retries=3 \
    CMD ["python", "-c", "import os, urllib.request as r; r.urlopen('http://127.0.0.1:' + os.environ['KAM_HTTP_PORT'] + '/healthz', timeout=4)"]
ENTRYPOINT ["python", "-m", "bot"]
CMD ["serve"]
