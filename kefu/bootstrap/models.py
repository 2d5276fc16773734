"""Every table, imported in one place, for migrations and tests."""
# ruff: noqa: F401 - importing them is what fills the metadata

import kefu.accounts.models
import kefu.analytics.models
import kefu.commerce.models
import kefu.conversations.models
import kefu.core.outbox
import kefu.customers.models
import kefu.dialogue.models
import kefu.knowledge.models
import kefu.nlu.models
import kefu.promises.models
import kefu.routing.models
import kefu.tickets.models
from kefu.core.database import Base

metadata = Base.metadata
