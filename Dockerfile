# The service in a container. Data lies in /data; make an admin there first:
#   docker build -t resume-matcher .
#   docker run --rm -it -v matcher:/data resume-matcher python -m web create-admin 管理员姓名
#   docker run -d -p 127.0.0.1:8000:8000 -v matcher:/data -e MATCHER_TRUSTED_HOSTS=hr.example.com resume-matcher
# deploy/check_dockerfile runs these steps in a clean folder where no image can be built.
FROM python:3.11-slim-bookworm

RUN apt-get update \
 && apt-get install -y --no-install-recommends antiword libarchive13 \
 && rm -rf /var/lib/apt/lists/* \
 && useradd --system --uid 10001 --home-dir /data --no-create-home matcher \
 && install -d -o matcher -g matcher -m 700 /data

WORKDIR /app
COPY requirements.txt .
RUN pip install --no-cache-dir --no-compile -r requirements.txt
COPY service.py ./
COPY matcher matcher
COPY web web
COPY data data
COPY models models
COPY docs/match.schema.json docs/
RUN python -m compileall -q matcher web service.py

USER matcher
ENV MATCHER_HOME=/data PYTHONUNBUFFERED=1 PYTHONDONTWRITEBYTECODE=1
VOLUME /data
EXPOSE 8000
HEALTHCHECK --interval=30s --timeout=5s --start-period=30s \
  CMD ["python", "-c", "import urllib.request; urllib.request.urlopen('http://127.0.0.1:8000/healthz', timeout=4)"]
STOPSIGNAL SIGTERM
CMD ["python", "-m", "web", "serve", "--host", "0.0.0.0", "--port", "8000"]
