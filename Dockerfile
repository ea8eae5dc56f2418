# GraphiQL, bundled so that no browser asks another host for it.
FROM node:22-slim AS ide
WORKDIR /ide
COPY gateway/http/ide/package.json gateway/http/ide/package-lock.json gateway/http/ide/.npmrc ./
RUN npm ci
COPY gateway/http/ide ./
RUN npm run build

# The gateway in a virtual environment, from the same locks as everywhere else.
FROM python:3.11-slim AS build
WORKDIR /src
RUN python -m venv /opt/gateway
COPY requirements.txt requirements-build.txt ./
RUN /opt/gateway/bin/pip install --no-cache-dir --require-hashes -r requirements.txt -r requirements-build.txt
COPY pyproject.toml README.md ./
COPY gateway ./gateway
COPY schema ./schema
COPY --from=ide /ide/static ./gateway/http/ide/static
RUN /opt/gateway/bin/pip install --no-cache-dir --no-deps --no-build-isolation .
RUN /opt/gateway/bin/pip uninstall --yes setuptools pip
RUN mkdir /opt/gateway-data

FROM python:3.11-slim
COPY --from=build /opt/gateway /opt/gateway
# Empty, and the user's own: where reported runs are kept, unless a PostgreSQL is named.
COPY --from=build --chown=10001:10001 /opt/gateway-data /var/lib/cicd-gateway
ENV PATH=/opt/gateway/bin:$PATH \
    PYTHONUNBUFFERED=1 \
    GATEWAY_CONFIG=/etc/cicd-gateway/gateway.toml \
    GATEWAY_SERVER__HOST=0.0.0.0 \
    GATEWAY_STORE__DATA_DIR=/var/lib/cicd-gateway \
    PORT=8000
USER 10001:10001
VOLUME /var/lib/cicd-gateway
EXPOSE 8000
HEALTHCHECK --interval=10s --timeout=3s --start-period=10s \
    CMD ["python", "-c", "import os, urllib.request as r; r.urlopen('http://127.0.0.1:' + os.environ['PORT'] + '/health/live', timeout=2)"]
ENTRYPOINT ["cicd-gateway"]
CMD ["serve"]
