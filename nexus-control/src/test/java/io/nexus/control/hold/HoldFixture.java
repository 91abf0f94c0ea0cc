package io.nexus.control.hold;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;

import io.nexus.control.budget.BudgetHold;
import io.nexus.control.budget.BudgetListener;
import io.nexus.control.budget.BudgetTerms;
import io.nexus.control.budget.Budgets;
import io.nexus.control.budget.Caller;
import io.nexus.control.budget.HardLimitAction;
import io.nexus.control.budget.RequestBudgets;
import io.nexus.control.budget.ShareListener;
import io.nexus.control.budget.Window;
import io.nexus.control.hold.TakeResult.Taken;
import io.nexus.control.ledger.LedgerStats;
import io.nexus.control.ledger.RecordId;
import io.nexus.control.ledger.SpendRecord;
import io.nexus.control.limit.Limits;
import io.nexus.control.money.Bound;
import io.nexus.control.money.CostEstimate;
import io.nexus.control.money.ModelFacts;
import io.nexus.control.money.ModelPricing;
import io.nexus.control.money.Money;
import io.nexus.control.money.Price;
import io.nexus.control.money.Rates;
import io.nexus.control.money.TokenCount;
import io.nexus.control.money.TokenCountTier;
import io.nexus.control.routing.Api;
import io.nexus.control.routing.Backend;
import io.nexus.control.routing.Candidate;
import io.nexus.control.routing.Load;
import io.nexus.control.routing.Location;
import io.nexus.control.routing.Needs;
import io.nexus.control.routing.Offer;
import io.nexus.control.routing.Zone;
import io.nexus.control.settings.Settings;
import java.time.Instant;
import java.time.InstantSource;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/** Two budgets of all requests, and holds whose funds record their calls. */
abstract class HoldFixture {

  static final long NOW = 1_770_000_000_000L;
  static final RecordId ID = new RecordId("req_1", 1);

  /** A prompt of 1,000 tokens takes $0.0025, and a token of the answer $0.00001. */
  static final Price PRICE =
      new Price(
          ModelPricing.of(Rates.text(Money.usd("2.5"), Money.usd("10"))),
          "test",
          Price.Rule.EXACT,
          "m");

  final Budgets budgets =
      new Budgets(List.of(terms("wide", "1"), terms("tight", "0.02")), BudgetListener.NONE, NOW);
  final Noting funds = new Noting();
  final OutputLengths lengths = new OutputLengths(10);
  final Limits limits = Limits.none();
  final Holds holds = new Holds(funds, limits, lengths, 64);

  static BudgetTerms terms(String name, String limit) {
    return new BudgetTerms(
        name,
        Map.of(),
        Money.usd(limit),
        new Window.Lifetime(),
        ZoneOffset.UTC,
        80,
        HardLimitAction.REJECT,
        false);
  }

  final Candidate candidate(Price price, long limit) {
    return candidate(price, limit, ModelFacts.UNKNOWN);
  }

  final Candidate candidate(Price price, long limit, ModelFacts facts) {
    var backend =
        new Backend(
            "cloud",
            "openai",
            "openai",
            Location.CLOUD,
            Zone.OPEN,
            100,
            3,
            8,
            Set.of(Api.values()));
    var count = new TokenCount(900, 1_000, TokenCountTier.EXACT);
    return new Candidate(
        new Offer(backend, Load.IDLE, "m", price, facts),
        0,
        CostEstimate.estimate(price.pricing(), count, limit, 1, false),
        price.pricing(),
        limit,
        budgets.of(Caller.ANONYMOUS, 0).at("openai", "cloud", "m"));
  }

  static Needs needs(boolean stream, long limit) {
    return new Needs(Api.CHAT, stream, false, false, false, false, Bound.of(limit, 1));
  }

  final TakeResult take(boolean stream, long limit) {
    return holds.take(
        new HoldRequest(ID, Caller.ANONYMOUS, candidate(PRICE, limit), needs(stream, limit)), NOW);
  }

  final Hold taken(boolean stream, long limit) {
    return assertInstanceOf(Taken.class, take(stream, limit)).hold();
  }

  final void assertBudgets(String spent, String held) {
    for (var budget : budgets.budgets()) {
      assertEquals(Money.usd(spent), budget.state(NOW).spent());
      assertEquals(Money.usd(held), budget.state(NOW).held());
    }
  }

  final void assertEvents(String... events) {
    assertEquals(List.of(events), funds.events);
  }

  /** Tells what happened, in order; the money is the budgets' own. */
  static final class Noting implements Funds {
    final List<String> events = new ArrayList<>();
    boolean full;

    /** Whether the ledger is unreachable, and nothing may be admitted without it. */
    boolean away;

    long waitNanos;

    /** The action when the ledger is asked for the budgets' standing; none by default. */
    Optional<Runnable> news = Optional.empty();

    /** The action while an attempt is settled; none by default. */
    Optional<Runnable> meanwhile = Optional.empty();

    @Override
    public ShareListener shares() {
      return ShareListener.LIMITS;
    }

    @Override
    public Settings settings() {
      throw new UnsupportedOperationException("holds know no settings");
    }

    @Override
    public InstantSource clock() {
      return InstantSource.fixed(Instant.ofEpochMilli(NOW));
    }

    @Override
    public Admission admit(BudgetHold hold, Money amount, Money least) {
      if (away) {
        return new Admission.Unavailable("away");
      }
      return hold.take(amount, least, NOW) ? new Admission.Held(true) : new Admission.Refused();
    }

    @Override
    public Admission extend(BudgetHold hold, Money more) {
      return hold.extend(more, NOW) ? new Admission.Held(true) : new Admission.Refused();
    }

    @Override
    public long waitNanos() {
      return waitNanos;
    }

    @Override
    public boolean refresh(RequestBudgets budgets) {
      news.ifPresent(Runnable::run);
      return news.isPresent();
    }

    @Override
    public boolean begin(SpendRecord worstCase) {
      events.add("began " + worstCase.outcome() + ' ' + worstCase.cost());
      return !full;
    }

    @Override
    public void settle(SpendRecord record) {
      meanwhile.ifPresent(Runnable::run);
      events.add("settled " + record.outcome() + ' ' + record.cost());
    }

    @Override
    public void cancel(RecordId attempt) {
      events.add("cancelled");
    }

    @Override
    public LedgerStats figures() {
      return new LedgerStats(0, 0, Money.ZERO, Money.ZERO, 0, "", Optional.empty());
    }

    @Override
    public void awaitFirstView() {}

    @Override
    public void close() {}
  }
}
