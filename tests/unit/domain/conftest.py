"""One respondent's token and envelope, made once a session through the domain's public functions."""

import pytest
from cryptography.hazmat.primitives.asymmetric import ec

from survey_app.domain import answers, batch, blind_rsa, sealing, token
from tests.unit.domain.drawing import draw_token, make_envelope


@pytest.fixture(scope="session")
def sealing_key() -> ec.EllipticCurvePrivateKey:
    return sealing.generate_sealing_key()


@pytest.fixture(scope="session")
def holder_key() -> ec.EllipticCurvePrivateKey:
    return token.new_holder_key()


@pytest.fixture(scope="session")
def drawn_token(blind_signer: blind_rsa.BlindSigner, campaign_id: str, holder_key) -> token.Token:
    return draw_token(blind_signer, campaign_id, holder_key)


@pytest.fixture(scope="session")
def envelope(questionnaire, sealing_key, drawn_token) -> batch.Envelope:
    filled = answers.Answers((1,) * len(questionnaire.questions))
    return make_envelope(drawn_token, sealing_key.public_key(), answers.encode_answers(questionnaire, filled))
