FROM python:3.13-slim

ENV PYTHONUNBUFFERED=1 PIP_NO_CACHE_DIR=1 MAYAK_VAR=/data BIND=0.0.0.0 PORT=8000
RUN useradd --system --uid 10001 --home-dir /data --create-home mayak
WORKDIR /app
COPY requirements.lock ./
RUN pip install --require-hashes -r requirements.lock
COPY . .
# Texts are compiled here for every container; `prepare` may do it again.
RUN SECRET_KEY=build MAYAK_VAR=/tmp/build python manage.py messages && chown -R mayak locale
USER mayak
VOLUME /data
EXPOSE 8000
HEALTHCHECK --interval=10s --timeout=3s --start-period=20s \
    CMD ["python", "-c", "import urllib.request as u; u.urlopen('http://127.0.0.1:8000/healthz', timeout=2)"]
CMD ["honcho", "start", "web"]
