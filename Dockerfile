# The command as a container: `docker build --tag studio-export .`
# docs/recipes.md runs it; compose.yaml runs it against the simulated Studio.
FROM python:3.13-slim-bookworm AS base

FROM base AS build
WORKDIR /src
ENV PIP_NO_CACHE_DIR=1 PIP_DISABLE_PIP_VERSION_CHECK=1
# The requirements come before the sources: a change of code reuses this layer of the image.
COPY layers/studio_export/requirements.txt layers/studio_export/
COPY requirements/build.txt requirements/container.txt requirements/
RUN python -m venv /opt/build && python -m venv --without-pip /opt/studio-export \
    && /opt/build/bin/python -m pip install --quiet --require-hashes --requirement requirements/build.txt \
    && /opt/build/bin/python -m pip --python /opt/studio-export/bin/python install --quiet \
        --require-hashes --requirement requirements/container.txt
COPY pyproject.toml README.md LICENSE ./
COPY layers/studio_export/studio_export layers/studio_export/studio_export
COPY cli cli
RUN /opt/build/bin/hatchling build --target wheel --directory /wheels \
    && /opt/build/bin/python -m pip --python /opt/studio-export/bin/python install --quiet \
        --no-deps --no-index /wheels/*.whl

# The simulated Studio, for compose.yaml alone.
FROM build AS simulator
COPY simulator simulator
USER 10001:10001
ENV PYTHONUNBUFFERED=1 PYTHONDONTWRITEBYTECODE=1
ENTRYPOINT ["/opt/studio-export/bin/python", "-m", "simulator"]

FROM base AS command
COPY --from=build /opt/studio-export /opt/studio-export
# A named volume takes the owner of the folder that it covers.
RUN mkdir /data && chown 10001:10001 /data
# A number, not a name: Kubernetes checks `runAsNonRoot` by it.
USER 10001:10001
# Everything that the command writes lies below /data, so the root file system can be read-only.
ENV PATH=/opt/studio-export/bin:$PATH PYTHONUNBUFFERED=1 PYTHONDONTWRITEBYTECODE=1 \
    HOME=/data XDG_STATE_HOME=/data/.state STUDIO_EXPORT_TO=/data
VOLUME /data
# `status` reads the checkpoints and needs no credentials of Twilio. It fails until the first run is
# over, which may take minutes, and after that if a listing is late by more than an hour.
HEALTHCHECK --interval=5m --timeout=1m --start-period=30m \
    CMD ["sh", "-c", "studio-export status --to \"$STUDIO_EXPORT_TO\" >/dev/null"]
ENTRYPOINT ["studio-export"]
CMD ["run", "--to", "/data", "--every", "15m"]
