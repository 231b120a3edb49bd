"""Only marked views take files, only from those who may, and no file ever touches the disk."""

import tempfile

import pytest
from flask import Flask, request

from survey_app.web.uploads import LARGEST_FORM, FileMissing, install_uploads, takes_upload, uploaded


@pytest.fixture
def client(monkeypatch):
    def forbidden(*_args, **_kwargs):
        raise AssertionError("a temporary file")

    monkeypatch.setattr(tempfile, "TemporaryFile", forbidden)
    monkeypatch.setattr(tempfile, "SpooledTemporaryFile", forbidden)
    app = Flask("uploads")
    app.testing = True
    app.config["MAX_CONTENT_LENGTH"] = 1024
    install_uploads(app, lambda: request.headers.get("X-Staff") == "yes")

    @app.post("/open")
    @takes_upload
    def take():
        data, name = uploaded("file")
        return f"{name} {len(data)}"

    @app.post("/closed")
    def refuse():
        return str(len(request.files))

    return app.test_client()


def post(client, path, size, staff="yes"):
    head = b'--b\r\nContent-Disposition: form-data; name="file"; filename="a.csv"\r\n\r\n'
    body = head + b"x" * size + b"\r\n--b--\r\n"
    kind = "multipart/form-data; boundary=b"
    return client.post(path, data=body, content_type=kind, headers={"X-Staff": staff})


def test_a_large_file_arrives_in_memory(client):
    answer = post(client, "/open", 3_000_000)
    assert (answer.status_code, answer.text) == (200, "a.csv 3000000")


def test_others_and_other_views_keep_the_small_limit(client):
    assert post(client, "/open", 2_000, staff="no").status_code == 413
    assert post(client, "/closed", 2_000).status_code == 413
    assert post(client, "/open", LARGEST_FORM).status_code == 413


def test_a_form_without_a_file_says_so(client):
    with pytest.raises(FileMissing):
        client.post("/open", data={"other": "x"}, headers={"X-Staff": "yes"})
