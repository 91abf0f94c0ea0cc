package io.nexus.control.hold;

import io.nexus.control.budget.BudgetViolation;
import io.nexus.control.budget.Caller;
import io.nexus.control.budget.RequestBudgets;
import io.nexus.control.hold.OutputPace.Showing;
import io.nexus.control.hold.TakeResult.Cause;
import io.nexus.control.hold.TakeResult.Denied;
import io.nexus.control.hold.TakeResult.Limited;
import io.nexus.control.hold.TakeResult.Taken;
import io.nexus.control.hold.TakeResult.Unavailable;
import io.nexus.control.ledger.Outcome;
import io.nexus.control.ledger.Precision;
import io.nexus.control.ledger.ServedBy;
import io.nexus.control.ledger.SpendRecord;
import io.nexus.control.limit.LimitExcess;
import io.nexus.control.limit.LimitState;
import io.nexus.control.limit.Limits;
import io.nexus.control.money.Bound;
import io.nexus.control.money.ModelFacts;
import io.nexus.control.money.Money;
import io.nexus.control.money.Price;
import io.nexus.control.money.ServiceTier;
import io.nexus.control.money.Usage;
import io.nexus.control.routing.Candidate;
import io.nexus.control.routing.Needs;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;

/**
 * Takes holds: computes their size, takes the money from the {@link Funds}, notes them in the
 * journal, and creates the one record that each leaves. {@link Hold} explains how the parts work
 * together.
 *
 * <p>Safe for any number of threads.
 */
public final class Holds {

  /** The expected answer length of an unknown model. */
  private static final long FIRST_GUESS_TOKENS = 512;

  /** Money is scarce if it does not suffice for this number of equal streams. */
  private static final long SEVERAL = 8;

  private static final int MODELS_LEARNED = 1000;
  private static final String THINKING = " (thinking)";

  private final Funds funds;
  private final Limits limits;
  private final OutputLengths lengths;
  private final OutputPaces paces = new OutputPaces(MODELS_LEARNED);
  private final int minOutputTokens;
  private final Map<Price, String> priceTexts = new ConcurrentHashMap<>();

  /**
   * Creates the service.
   *
   * @param funds the source of the money
   * @param limits the limits other than money
   * @param lengths the lengths of answers; learns from completed ones
   * @param minOutputTokens the shortest answer worth requesting
   */
  public Holds(Funds funds, Limits limits, OutputLengths lengths, int minOutputTokens) {
    this.funds = funds;
    this.limits = limits;
    this.lengths = lengths;
    this.minOutputTokens = minOutputTokens;
  }

  /**
   * Takes a hold and notes it in the journal. If the grant does not suffice, waits for a draw, for
   * a bounded time.
   */
  public TakeResult take(HoldRequest request, long nowMillis) {
    var candidate = request.candidate();
    var money = candidate.budgets().hold();
    var counted = limitHold(request.caller(), candidate, nowMillis);
    var inputs = inputs(candidate, request.needs(), counted);
    for (boolean asked = false; ; ) {
      var size = size(inputs, candidate, counted, nowMillis);
      var refused = refused(counted, size, nowMillis);
      if (refused != null) {
        return refused;
      }
      if (candidate.isFree()) {
        return new Taken(new Hold(this, request, size, money, counted), true);
      }
      if (size.fits()) {
        switch (funds.admit(money, size.amount(), size.least())) {
          case Admission.Held(boolean secured) -> {
            return noted(new Hold(this, request, size, money, counted), secured);
          }
          case Admission.Refused _ -> {}
          case Admission.Unavailable _ -> {
            counted.close();
            return new Unavailable(Cause.LEDGER_AWAY);
          }
        }
      }
      counted.close();
      // Other requests change what is left; if it fits now, try again.
      var violation = candidate.budgets().violation(size.least(), nowMillis);
      if (violation.isPresent() && !asked) {
        asked = true;
        if (funds.refresh(candidate.budgets())) {
          continue;
        }
      }
      if (violation.isPresent()) {
        candidate.budgets().refused(size.least(), nowMillis);
        return new Denied(violation.get());
      }
    }
  }

  private LimitHold limitHold(Caller caller, Candidate candidate, long nowMillis) {
    var backend = candidate.backend();
    return LimitHold.of(
        limits.of(caller, backend.provider(), backend.name(), candidate.model(), nowMillis));
  }

  /** Takes the hold on the limits; returns null if they allow it. */
  private @Nullable TakeResult refused(LimitHold counted, HoldSize size, long nowMillis) {
    return switch (counted.take(funds, size.tokens(), nowMillis)) {
      case LimitHold.Taken.Held _ -> null;
      case LimitHold.Taken.Excess(var excess) -> new Limited(excess);
      case LimitHold.Taken.Away _ -> new Unavailable(Cause.LEDGER_AWAY);
    };
  }

  private static HoldSize size(
      HoldSize.Inputs inputs, Candidate candidate, LimitHold counted, long nowMillis) {
    var available = candidate.isFree() ? Money.MOST : candidate.budgets().available(nowMillis);
    return HoldSize.of(inputs, available, counted.tokensLeft(nowMillis));
  }

  /**
   * Asks the ledger for the current state of budgets that refused a request.
   *
   * @return whether it answered; if so, decide again
   */
  public boolean refresh(RequestBudgets budgets) {
    return funds.refresh(budgets);
  }

  /** The size of the hold that {@link #take} would take now. */
  public HoldSize size(Caller caller, Candidate candidate, Needs needs, long nowMillis) {
    var counted = limitHold(caller, candidate, nowMillis);
    return size(inputs(candidate, needs, counted), candidate, counted, nowMillis);
  }

  /**
   * The limit that would refuse it now.
   *
   * @return empty if all limits allow it
   */
  public Optional<LimitExcess> excess(
      Caller caller, Candidate candidate, Needs needs, long nowMillis) {
    var counted = limitHold(caller, candidate, nowMillis);
    return counted.excess(size(caller, candidate, needs, nowMillis).tokens(), nowMillis);
  }

  /** The state of the limits of a caller's request there; for each unit the tightest. */
  public List<LimitState> limits(Caller caller, Candidate candidate, long nowMillis) {
    return limitHold(caller, candidate, nowMillis).states(nowMillis);
  }

  /**
   * Why {@link #take} would refuse now.
   *
   * @return empty if it would not
   */
  public Optional<BudgetViolation> violation(Candidate candidate, Needs needs, long nowMillis) {
    if (candidate.isFree()) {
      return Optional.empty();
    }
    var size =
        HoldSize.of(
            inputs(candidate, needs, LimitHold.NONE), candidate.budgets().available(nowMillis));
    return size.fits() ? Optional.empty() : candidate.budgets().violation(size.least(), nowMillis);
  }

  /**
   * The budget that cannot pay for an answer of full length there, so that the answer would be
   * clamped.
   *
   * @return empty if they can
   */
  public Optional<BudgetViolation> shortage(Candidate candidate, Needs needs, long nowMillis) {
    return candidate.isFree()
        ? Optional.empty()
        : candidate
            .budgets()
            .violation(inputs(candidate, needs, LimitHold.NONE).whole(), nowMillis);
  }

  private HoldSize.Inputs inputs(Candidate candidate, Needs needs, LimitHold counted) {
    var budgets = candidate.budgets();
    boolean unlimited = (candidate.isFree() || budgets.isEmpty()) && !counted.countsTokens();
    var pace = pace(candidate, needs);
    return new HoldSize.Inputs(
        candidate.ceiling(),
        candidate.estimate().inputUpperBound(),
        needs.audio(),
        needs.choices(),
        candidate.maxOutputTokens(),
        needs.maxOutputTokens() > 0,
        ownEnd(candidate.offer().facts()),
        lengths.p95(candidate.model()).orElse(FIRST_GUESS_TOKENS),
        HoldExtender.ahead(pace),
        Math.max(minOutputTokens, needs.api().leastMaxTokens()) + needs.bound().leastOutputTokens(),
        needs.stream(),
        // The whole is held at once if that blocks no budget, or if the output is hidden.
        unlimited
            || (!candidate.isFree() && budgets.holdsWorstCase())
            || pace.showing() == Showing.LUMPS,
        (budgets.isEnforced() && !candidate.isFree()) || counted.countsTokens());
  }

  OutputPace pace(HoldRequest request) {
    return pace(request.candidate(), request.needs());
  }

  private OutputPace pace(Candidate candidate, Needs needs) {
    boolean thinking = needs.bound().thinking();
    var learned = paces.of(learnedAs(candidate.model(), thinking));
    return thinking ? learned : learned.or(candidate.offer().facts().thinking());
  }

  void learn(
      HoldRequest request, long shown, long billed, long largest, long nanos, long shownASecond) {
    var needs = request.needs();
    paces.record(
        learnedAs(request.candidate().model(), needs.bound().thinking()),
        shown,
        billed,
        largest,
        needs.choices(),
        nanos,
        shownASecond);
  }

  /** A model with and without reasoning is learned separately. */
  private static String learnedAs(String model, boolean thinking) {
    return thinking ? model + THINKING : model;
  }

  /**
   * Whether the budgets could pay for it and leave something to others, but not several times over.
   */
  boolean isScarce(Hold hold, long moreTokens, Money more) {
    long now = funds.clock().millis();
    return isScarce(hold.candidate().budgets().available(now).nanos(), more.nanos())
        || isScarce(hold.limits().tokensLeft(now), moreTokens);
  }

  /** Whether it is only a small part of what the budgets and limits have left. */
  boolean isPlenty(Hold hold, long moreTokens, Money more) {
    long now = funds.clock().millis();
    return HoldSize.isPlenty(hold.candidate().budgets().available(now).nanos(), more.nanos())
        && HoldSize.isPlenty(hold.limits().tokensLeft(now), moreTokens);
  }

  private static boolean isScarce(long available, long more) {
    return available / SEVERAL < more && more <= available - available / 4;
  }

  private static long ownEnd(ModelFacts facts) {
    if (facts.longestOutput() > 0) {
      return facts.longestOutput();
    }
    return facts.contextWindow() > 0 ? facts.contextWindow() : Bound.UNKNOWN_WINDOW;
  }

  private TakeResult noted(Hold hold, boolean secured) {
    if (note(hold)) {
      return new Taken(hold, secured);
    }
    hold.money().close();
    hold.limits().close();
    return new Unavailable(Cause.JOURNAL_FULL);
  }

  /**
   * Notes in the journal the most that an attempt may cost, so that it is charged even if the
   * process dies.
   */
  private boolean note(Hold hold) {
    return hold.held().isZero() || funds.begin(() -> worstCase(hold));
  }

  long waitNanos() {
    return funds.waitNanos();
  }

  /** Waits until the ledger has granted what an extension lacks, or refused it; takes nothing. */
  void draw(Hold hold, long moreTokens, Money more, long patienceNanos) {
    hold.limits().draw(funds, moreTokens, patienceNanos);
    if (!hold.candidate().isFree()) {
      funds.draw(hold.money(), more, patienceNanos);
    }
  }

  /** Extends it on the limits, on the budgets and in the journal, or nowhere. */
  boolean extend(Hold hold, long moreTokens, Money more) {
    if (!hold.limits().extend(funds, moreTokens)) {
      return false;
    }
    if (hold.candidate().isFree()) {
      return true;
    }
    boolean paid = funds.extend(hold.money(), more) instanceof Admission.Held;
    if (paid && note(hold)) {
      return true;
    }
    if (paid) {
      hold.money().reduce(more);
    }
    hold.limits().reduce(moreTokens);
    return false;
  }

  void settle(Hold hold, SpendRecord record) {
    try {
      funds.settle(record);
    } finally {
      hold.money().settle(record.cost());
      hold.limits().settle(record.usage().inputTokens() + record.usage().outputTokens());
    }
    if (record.outcome() == Outcome.COMPLETED) {
      int choices = hold.request().needs().choices();
      lengths.record(hold.candidate().model(), record.usage().outputTokens() / choices);
    }
  }

  void release(Hold hold) {
    try {
      funds.cancel(hold.request().id());
    } finally {
      hold.money().close();
      hold.limits().close();
    }
  }

  private SpendRecord worstCase(Hold hold) {
    var estimate = hold.candidate().estimate();
    return record(
        hold,
        Usage.of(estimate.inputTokens(), estimate.outputTokens()),
        ServiceTier.STANDARD,
        hold.held(),
        Precision.ESTIMATED,
        Outcome.LOST);
  }

  /** Creates the record of an attempt; no other code does. */
  SpendRecord record(
      Hold hold, Usage usage, ServiceTier tier, Money cost, Precision precision, Outcome outcome) {
    var offer = hold.candidate().offer();
    return new SpendRecord(
        hold.request().id(),
        Instant.ofEpochMilli(funds.clock().millis()),
        hold.request().caller(),
        new ServedBy(
            offer.backend().name(),
            offer.backend().provider(),
            offer.model(),
            hold.request().needs().api().label()),
        usage,
        tier.isStandard() ? priceText(offer.price()) : SpendRecord.priceText(offer.price(), tier),
        cost,
        precision,
        outcome,
        Funds.chargesOf(hold.money()));
  }

  private String priceText(Price price) {
    var text = priceTexts.get(price);
    return text == null ? priceTexts.computeIfAbsent(price, SpendRecord::priceText) : text;
  }
}
