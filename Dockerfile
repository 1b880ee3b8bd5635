# CasePilot under gunicorn. The image holds no secret; settings come from the environment (docs/configuration.md).

FROM python:3.11-slim AS build
ENV PIP_DISABLE_PIP_VERSION_CHECK=1 PIP_NO_CACHE_DIR=1
RUN python -m venv /opt/venv
COPY requirements.lock ./
RUN /opt/venv/bin/pip install --quiet --require-hashes -r requirements.lock
WORKDIR /srv/casepilot
COPY . .
RUN VAR_DIR=/tmp/var /opt/venv/bin/python manage.py collectstatic --noinput && /opt/venv/bin/python -m compileall -q .

FROM python:3.11-slim
RUN useradd --system --user-group --uid 10001 --home-dir /data casepilot && install --directory --owner casepilot --group casepilot /data
COPY --from=build /opt/venv /opt/venv
COPY --from=build /srv/casepilot /srv/casepilot
ENV PATH=/opt/venv/bin:$PATH PYTHONUNBUFFERED=1 VAR_DIR=/data
WORKDIR /srv/casepilot
USER casepilot
EXPOSE 8000

# The site answers to its own host name alone, so the check names it.
HEALTHCHECK --interval=30s --timeout=5s --start-period=20s CMD ["python", "-c", "\
import os; from urllib.parse import urlsplit; from urllib.request import Request, urlopen; \
host = urlsplit(os.environ.get('SITE_URL') or 'http://127.0.0.1').netloc; \
urlopen(Request('http://127.0.0.1:8000/healthz', headers={'Host': host}), timeout=4)"]

CMD ["gunicorn", "casepilot.wsgi", "--config", "casepilot/gunicorn.py", "--bind", "0.0.0.0:8000", "--worker-tmp-dir", "/dev/shm"]
