# The libraries, installed from the hashed lock. Neither pip's cache nor its build files reach the final image.
FROM python:3.11-slim AS libraries
ENV PIP_DISABLE_PIP_VERSION_CHECK=1 PIP_NO_CACHE_DIR=1
RUN python -m venv /venv
COPY requirements.lock /tmp/requirements.lock
RUN /venv/bin/python -m pip install --require-hashes --requirement /tmp/requirements.lock

FROM python:3.11-slim
RUN groupadd --gid 10001 atelier \
    && useradd --uid 10001 --gid atelier --no-create-home --home-dir /data --shell /usr/sbin/nologin atelier \
    && install --directory --owner atelier --group atelier --mode 0700 /data
COPY --from=libraries /venv /venv
WORKDIR /app
COPY . .
# Compiled here, because the root may be read-only and the user can't write to /app anyway.
RUN /venv/bin/python -m compileall -q bot adapters storage
ENV PATH=/venv/bin:$PATH \
    PYTHONUNBUFFERED=1 \
    PYTHONDONTWRITEBYTECODE=1 \
    DATA_DIR=/data \
    RESULTS_DIR=/data/results \
    WEB_HOST=0.0.0.0 \
    WEB_PORT=8080
USER atelier
VOLUME /data
EXPOSE 8080
STOPSIGNAL SIGTERM
HEALTHCHECK --interval=30s --timeout=5s --start-period=30s --retries=3 \
    CMD ["python", "-c", "import os, urllib.request as r; r.urlopen('http://127.0.0.1:' + os.environ['WEB_PORT'] + '/health', timeout=4)"]
ENTRYPOINT ["python", "-m", "bot"]
CMD ["run"]
