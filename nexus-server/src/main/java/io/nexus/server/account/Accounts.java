package io.nexus.server.account;

import io.nexus.control.ledger.Outcome;
import io.nexus.control.ledger.SpendRecord;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.LongAdder;

/** The spend since the start, by backend and by model. Safe for concurrent use. */
public final class Accounts {

  /** Sums of one backend or model. */
  public static final class Sums {
    private final LongAdder requests = new LongAdder();
    private final LongAdder errors = new LongAdder();
    private final LongAdder inputTokens = new LongAdder();
    private final LongAdder outputTokens = new LongAdder();
    private final LongAdder spendNanos = new LongAdder();

    /** Adds a charged attempt, whether or not its answer was complete. */
    public void settled(SpendRecord record) {
      requests.increment();
      if (record.outcome() == Outcome.BROKEN || record.outcome() == Outcome.UNKNOWN) {
        errors.increment();
      }
      inputTokens.add(record.usage().inputTokens());
      outputTokens.add(record.usage().outputTokens());
      spendNanos.add(record.cost().nanos());
    }

    /** Adds an attempt that the backend refused because of the request, at no cost. */
    public void refused() {
      requests.increment();
    }

    /** Adds an attempt that failed and cost nothing. */
    public void failed() {
      requests.increment();
      errors.increment();
    }

    /** The number of requests sent. */
    public long requests() {
      return requests.sum();
    }

    /** The number of failed requests. */
    public long errors() {
      return errors.sum();
    }

    /** Tokens of prompts. */
    public long inputTokens() {
      return inputTokens.sum();
    }

    /** Tokens of answers. */
    public long outputTokens() {
      return outputTokens.sum();
    }

    /** The cost, in nano-dollars. */
    public long spendNanos() {
      return spendNanos.sum();
    }
  }

  private final Map<String, Sums> byBackend = new ConcurrentHashMap<>();
  private final Map<String, Sums> byModel = new ConcurrentHashMap<>();

  /** The sums of a backend. */
  public Sums backend(String name) {
    return byBackend.computeIfAbsent(name, _ -> new Sums());
  }

  /** The sums by model, for all models with requests. */
  public Map<String, Sums> models() {
    return Map.copyOf(byModel);
  }

  /** The sums of a model. */
  public Sums model(String name) {
    return byModel.computeIfAbsent(name, _ -> new Sums());
  }
}
