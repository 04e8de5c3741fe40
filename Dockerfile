# The steps are scripts in deploy/: `make image-proof` runs the same ones in a clean Debian.

FROM node:20-bookworm-slim AS frontend
WORKDIR /build
COPY package.json package-lock.json .npmrc tsconfig.json vite.config.ts ./
COPY deploy/build-frontend.sh deploy/
COPY frontend frontend
RUN deploy/build-frontend.sh

FROM python:3.11-slim-bookworm AS assembled
WORKDIR /app
COPY requirements.txt ./
COPY deploy/install-python.sh deploy/
RUN deploy/install-python.sh /opt/mitwirk
COPY . .
COPY --from=frontend /build/frontend/dist frontend/dist
RUN deploy/assemble.sh /opt/mitwirk

FROM python:3.11-slim-bookworm
ENV PATH=/opt/mitwirk/bin:$PATH \
    PYTHONUNBUFFERED=1 \
    MITWIRK_MODE=production \
    MEDIA_ROOT=/data/media
WORKDIR /app
COPY deploy/install-pango.sh deploy/make-user.sh /tmp/
RUN /tmp/install-pango.sh && /tmp/make-user.sh && rm -r /tmp/*.sh /var/lib/apt/lists/*
COPY --from=assembled /opt/mitwirk /opt/mitwirk
COPY --from=assembled /app /app
USER 10001:10001
VOLUME /data
EXPOSE 8000
HEALTHCHECK --interval=15s --timeout=5s --start-period=30s \
    CMD ["python", "deploy/healthcheck.py"]
ENTRYPOINT ["deploy/entrypoint.sh"]
CMD ["web"]
