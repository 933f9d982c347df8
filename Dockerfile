# The webserver, and with other commands the daemon and the tables: compose.yaml runs all three.
FROM python:3.11-slim

# Nobody but this user owns anything that is written, and no secret is built in: settings come from
# the environment of the container.
RUN useradd --create-home --uid 10001 leads \
    && install --directory --owner leads --mode 700 /var/lib/leads /srv/dagster

WORKDIR /srv/lead_pipeline
COPY pyproject.toml constraints.txt README.md LICENSE dagster.yaml workspace.yaml ./
COPY sql/ sql/
COPY lead_pipeline/ lead_pipeline/
# What is installed has all of it inside; the copy here would hide that from `python -m`.
RUN pip install --no-cache-dir --constraint constraints.txt . \
    && rm -r lead_pipeline sql \
    && cp dagster.yaml /srv/dagster/

ENV DAGSTER_HOME=/srv/dagster \
    LEADS_HOME=/var/lib/leads \
    PYTHONUNBUFFERED=1
USER 10001
EXPOSE 3000

# The daemon has a check of its own in compose.yaml.
HEALTHCHECK --interval=10s --timeout=5s --start-period=60s --retries=6 \
    CMD ["python", "-c", "import urllib.request as r; r.urlopen('http://127.0.0.1:3000/server_info', timeout=4)"]

# All addresses of the container; compose.yaml publishes the port on the host's loopback only. Beyond
# loopback the UI asks for a token, and to the container its host is beyond.
CMD ["python", "-m", "lead_pipeline.web.dagster_ui", "--host", "0.0.0.0", "--port", "3000"]
