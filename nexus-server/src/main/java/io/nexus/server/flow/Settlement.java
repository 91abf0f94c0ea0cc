package io.nexus.server.flow;

import io.nexus.control.ledger.KeptAnswer;
import io.nexus.control.ledger.Outcome;
import io.nexus.control.ledger.SpendRecord;
import io.nexus.server.dialect.AnswerRoom;
import io.nexus.server.dialect.Delivery;
import io.nexus.server.dialect.Delivery.Ending;
import io.nexus.server.dialect.Made;
import io.nexus.server.dialect.Metering;
import io.nexus.server.dialect.WholeAnswer;

/**
 * Settles the cost of answers: at once, or when a background answer is complete. Remembers which
 * backend stores them.
 */
public final class Settlement {

  private final TokenCounting tokens;
  private final Reports reports;
  private final KnownAnswers answers;
  private final BackgroundAnswers background;
  private final FlowRules rules;

  /** Creates the settlement. */
  public Settlement(
      TokenCounting tokens,
      Reports reports,
      KnownAnswers answers,
      BackgroundAnswers background,
      FlowRules rules) {
    this.tokens = tokens;
    this.reports = reports;
    this.answers = answers;
    this.background = background;
    this.rules = rules;
  }

  /** Handles the end of a stream, whose answer may continue in the background. */
  void end(Attempt attempt, Delivery delivery) {
    if (delivery.made().pending() && delivery.ending() != Ending.COMPLETED) {
      goesOn(attempt, delivery.made(), delivery.ending() == Ending.CUT_OFF);
    } else {
      var _ = settle(attempt, delivery);
    }
  }

  /** Hands an answer over to be settled when it is complete in the background. */
  void goesOn(Attempt attempt, Made made, boolean stop) {
    note(attempt, made, attempt.hold().size().inputs().inputTokens());
    var later = attempt.with(attempt.hold().handOn());
    var metering =
        new Metering(
            later.hold(),
            tokens.forModel(attempt.candidate().model()),
            attempt.destination().mask(),
            () -> false,
            attempt.sentNanos(),
            rules.timeout(),
            AnswerRoom.alone(rules.maxResponseBytes()),
            attempt.destination().priceOf(),
            null);
    background.follow(
        later,
        later.hold(),
        attempt.asked().pathOf(made.ids().getFirst()),
        stop,
        body -> WholeAnswer.read(attempt.asked(), body, metering),
        delivery -> {
          if (delivery == null) {
            reports.unknown(later, "does not say", later.hold().settleUnknown());
          } else if (delivery.refusal() != null) {
            reports.refusedToServe(later, Forwarder.ERROR_INSIDE);
          } else {
            var _ = settle(later, delivery);
          }
        });
  }

  /** Remembers which backend has the answers that the client may refer to. */
  private void note(Attempt attempt, Made made, long tokens) {
    if (made.ids().isEmpty()) {
      return;
    }
    var backend = attempt.candidate().backend().name();
    var key = attempt.hold().request().caller().key();
    long now = attempt.exchange().arrivedMillis();
    answers.note(
        made.ids().stream().map(id -> new KeptAnswer(id, key, backend, tokens, now)).toList());
  }

  /** Charges the answer's cost, by the backend's own report if there is one. */
  SpendRecord settle(Attempt attempt, Delivery delivery) {
    var owed = delivery.cost();
    var record =
        attempt
            .hold()
            .settle(
                owed.usage(),
                owed.tier(),
                owed.amount(),
                owed.precision(),
                outcome(delivery.ending()));
    reports.settled(attempt, delivery, record);
    var used = delivery.usage();
    note(attempt, delivery.made(), used.inputTokens() + used.outputTokens());
    return record;
  }

  private static Outcome outcome(Ending ending) {
    return switch (ending) {
      case COMPLETED -> Outcome.COMPLETED;
      case CANCELLED -> Outcome.CANCELLED;
      case BROKEN, TIMED_OUT -> Outcome.BROKEN;
      case CUT_OFF -> Outcome.CUT_OFF;
    };
  }
}
