"""The composition root: adapters bound to ports, handlers to events."""

from dataclasses import dataclass

from kb_index.encoders import Encoder, create_encoder
from kefu.bootstrap import models
from kefu.bootstrap.candidates import Candidates
from kefu.bootstrap.choices import ChoiceRecorder
from kefu.bootstrap.imports import Imports
from kefu.bootstrap.intent_check import IntentCheck
from kefu.bootstrap.knowledge import LiveKnowledge
from kefu.bootstrap.learning import Learner
from kefu.bootstrap.training import Trainings
from kefu.commerce.demo import DemoCommerce
from kefu.commerce.ports import Commerce
from kefu.conversations.pictures import Pictures
from kefu.core.database import Database
from kefu.core.realtime import Hub
from kefu.core.settings import Settings
from kefu.customers.service import VisitorTokens
from kefu.dialogue.brain import BrainHolder
from kefu.dialogue.effects import Effects
from kefu.dialogue.gather import Gatherer
from kefu.dialogue.intake import Intake
from kefu.dialogue.on_behalf import OnBehalf
from kefu.dialogue.options import OptionSigner
from kefu.dialogue.ports import Bot, NoBot
from kefu.dialogue.turn import Turns
from kefu.integrations.rasa import RasaBot, RasaBots
from kefu.integrations.shop_http import HttpCommerce
from kefu.nlu.service import Serving, serving
from kefu.promises.service import Keeper
from kefu.routing.router import Router


@dataclass
class Container:
    """Everything that the gateway and the command line use."""

    settings: Settings
    database: Database
    hub: Hub
    brain: BrainHolder
    commerce: Commerce
    bot: Bot
    signer: OptionSigner
    tokens: VisitorTokens
    turns: Turns
    on_behalf: OnBehalf
    intake: Intake
    choices: ChoiceRecorder
    router: Router
    keeper: Keeper
    pictures: Pictures
    live: LiveKnowledge
    learner: Learner
    imports: Imports
    intent_check: IntentCheck
    trainings: Trainings
    candidates: Candidates

    def close(self) -> None:
        """Give back what is held."""
        self.choices.flush()
        self.trainings.close()
        self.database.close()


def make_commerce(settings: Settings, database: Database) -> Commerce:
    """Return the shop that the settings name: one over HTTP, or the demo's tables."""
    if settings.commerce_url:
        return HttpCommerce(settings.commerce_url, settings.commerce_token, settings.commerce_timeout_seconds)
    return DemoCommerce(database)


def make_bot(settings: Settings, database: Database) -> Bot:
    """Return the bot processes that the settings name, shared out as the releases say."""
    if not settings.bot_url:
        return NoBot()

    def shared_out() -> Serving:
        with database.read() as session:
            return serving(session)

    deadline = settings.bot_deadline_seconds
    bots = [RasaBot(url, settings.bot_token, deadline) for url in settings.bot_url.split(",")]
    return RasaBots(bots, shared_out)


def make_container(
    settings: Settings,
    *,
    bot: Bot | None = None,
    commerce: Commerce | None = None,
    encoder: Encoder | None = None,
) -> Container:
    """Build the service. ``bot``, ``commerce`` and ``encoder`` can be given by name (tests, tools)."""
    assert models.metadata.tables  # noqa: S101 - every table is known from here on
    database = Database(settings.database, synchronous=settings.sqlite_synchronous)
    hub = Hub()
    database.after_commit.append(hub.publish)
    brain = BrainHolder(
        encoder
        or create_encoder(settings.encoder, folder=settings.encoder_dir, threads=settings.encoder_threads)
    )
    shop = commerce or make_commerce(settings, database)
    if bot is None:
        bot = make_bot(settings, database)
    signer = OptionSigner(settings.secret("token_secret"), settings.option_ttl_seconds)
    effects = Effects(database, shop)
    turns = Turns(database, brain, bot, Gatherer(database, shop), effects, signer, settings)
    live = LiveKnowledge(settings, database, brain)
    choices = ChoiceRecorder(database, live)
    turns.on_choices = choices.record
    if isinstance(bot, RasaBots):
        turns.bot_for = bot.bot_for
    router = Router(database, settings, hub.present)
    database.after_commit.append(router.notice)
    return Container(
        settings=settings,
        database=database,
        hub=hub,
        brain=brain,
        commerce=shop,
        bot=bot,
        signer=signer,
        tokens=VisitorTokens(settings.secret("token_secret")),
        turns=turns,
        on_behalf=OnBehalf(database, shop, effects),
        intake=Intake(database, turns, signer, settings),
        choices=choices,
        router=router,
        keeper=Keeper(database, settings),
        pictures=Pictures(settings.uploads_dir, settings.upload_max_bytes),
        live=live,
        learner=Learner(database, brain),
        imports=Imports(database),
        intent_check=IntentCheck(settings, database, brain),
        trainings=Trainings(settings, database),
        candidates=Candidates(settings, database, live, brain, bot),
    )
