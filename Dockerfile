# The application: web and worker. Built once, run as two services, without root.
FROM python:3.12-slim-bookworm AS build
ENV UV_COMPILE_BYTECODE=1 UV_LINK_MODE=copy UV_PYTHON_DOWNLOADS=never
RUN pip install --no-cache-dir uv==0.13.9
WORKDIR /app
COPY pyproject.toml uv.lock README.md LICENSE ./
COPY nlu/text nlu/text
RUN uv sync --locked --no-dev --no-install-project
COPY bot bot
COPY content content
COPY flows flows
COPY integrations integrations
COPY nlu/*.py nlu/
COPY nlu/concepts nlu/concepts
RUN uv sync --locked --no-dev

FROM python:3.12-slim-bookworm
RUN useradd --system --uid 10001 --home-dir /app faro && mkdir -p /data && chown faro /data
COPY --from=build --chown=root:root /app /app
ENV PATH=/app/.venv/bin:$PATH FARO_DATA_DIR=/data PYTHONDONTWRITEBYTECODE=1
WORKDIR /app
USER faro
EXPOSE 8080
CMD ["faro", "web", "--host", "0.0.0.0", "--port", "8080"]
