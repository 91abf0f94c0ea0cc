package io.nexus.server.telemetry;

import io.nexus.control.budget.Caller;
import io.nexus.control.ledger.BudgetCycle;
import io.nexus.control.ledger.Outcome;
import io.nexus.control.ledger.SpendRecord;
import io.nexus.control.routing.Candidate;
import io.nexus.metrics.AttemptOutcome;
import io.nexus.server.dialect.FinishReasons;
import io.nexus.server.flow.RequestObserver.Observed;
import io.nexus.server.telemetry.GenAiMeters.Meter;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * One request: a span of kind server, and below it one of kind client for each attempt at a
 * backend, with the attributes of the conventions for generative AI.
 */
final class RequestTrace implements Observed {

  private static final String PARENT = "traceparent";
  private static final String STATE = "tracestate";
  private static final double NANOS = 1e9;
  private static final int FAILED = 500;

  private final Telemetry telemetry;
  private final @Nullable TraceContext trace;
  private final @Nullable Span request;
  private final long startNanos;
  private final long begunNanos = System.nanoTime();
  private String operation = "";
  private String model = "";
  private boolean ended;

  private @Nullable Span attempt;
  private @Nullable FinishReasons reasons;
  private Map<String, String> labels = Map.of();
  private boolean open;
  private long sentNanos;
  private long endedNanos;
  private String failure = "";

  /**
   * Starts the trace of a request.
   *
   * @param trace its context; null if it is not sampled
   * @param startNanos in nanoseconds of the epoch
   */
  RequestTrace(Telemetry telemetry, @Nullable TraceContext trace, String id, long startNanos) {
    this.telemetry = telemetry;
    this.trace = trace;
    this.startNanos = startNanos;
    if (trace != null && trace.sampled()) {
      request = new Span(trace, trace.parentId(), Span.Kind.SERVER, startNanos);
      request.set("nexus.request.id", id);
      request.set("http.request.method", "POST");
    } else {
      request = null;
    }
  }

  private long nowNanos() {
    return startNanos + System.nanoTime() - begunNanos;
  }

  @Override
  public synchronized void asks(Caller caller, String api, String asked, boolean stream) {
    operation = GenAi.operation(api);
    model = asked;
    if (request != null) {
      request.set("nexus.key", caller.key());
      request.set("nexus.team", caller.team());
      request.set("nexus.api", api);
      request.set("nexus.stream", stream);
      request.set(GenAi.OPERATION, operation);
      request.set(GenAi.REQUEST_MODEL, asked);
    }
  }

  @Override
  public synchronized void sends(Candidate candidate) {
    endAttempt();
    open = true;
    sentNanos = nowNanos();
    failure = "";
    endedNanos = 0;
    var provider = GenAi.provider(candidate.backend().provider());
    labels = labels(provider, candidate.model());
    if (trace != null && request != null) {
      reasons = new FinishReasons();
      attempt = new Span(trace, request.id(), Span.Kind.CLIENT, sentNanos);
      attempt.name(operation + " " + candidate.model());
      attempt.set(GenAi.OPERATION, operation);
      attempt.set(GenAi.PROVIDER, provider);
      attempt.set(GenAi.SYSTEM, provider);
      attempt.set(GenAi.REQUEST_MODEL, model);
      attempt.set("nexus.backend", candidate.backend().name());
    }
  }

  private Map<String, String> labels(String provider, String served) {
    var all = new HashMap<String, String>();
    all.put(GenAi.OPERATION, operation);
    all.put(GenAi.PROVIDER, provider);
    var label = telemetry.labelOf(served);
    all.put(GenAi.REQUEST_MODEL, label);
    all.put(GenAi.RESPONSE_MODEL, label);
    return all;
  }

  @Override
  public synchronized Map<String, String> passed(Map<String, String> headers) {
    if (trace == null || attempt == null) {
      return headers;
    }
    var passed = new LinkedHashMap<>(headers);
    passed.keySet().removeIf(name -> name.equalsIgnoreCase(PARENT) || name.equalsIgnoreCase(STATE));
    passed.put(PARENT, trace.parentFor(attempt.id()));
    if (!trace.state().isEmpty()) {
      passed.put(STATE, trace.state());
    }
    return passed;
  }

  @Override
  public synchronized void beginsToAnswer() {
    double seconds = (nowNanos() - startNanos) / NANOS;
    telemetry.record(Meter.FIRST_TOKEN, labels, seconds);
    if (attempt != null) {
      attempt.set("nexus.time_to_first_token.seconds", seconds);
    }
  }

  @Override
  public synchronized @Nullable FinishReasons finishReasons() {
    return reasons;
  }

  @Override
  public synchronized void became(AttemptOutcome outcome) {
    if (ended || !open) {
      return;
    }
    endedNanos = nowNanos();
    failure =
        switch (outcome) {
          case COMPLETED, CANCELLED -> "";
          case BROKEN, CUT_OFF, UNKNOWN, REFUSED, UNSENT -> outcome.label();
        };
    if (attempt != null) {
      attempt.set("nexus.outcome", outcome.label());
    }
  }

  @Override
  public synchronized void charged(SpendRecord record) {
    var usage = record.usage();
    if (record.outcome() != Outcome.UNKNOWN) {
      tokens("input", usage.inputTokens());
      tokens("output", usage.outputTokens());
    }
    if (ended || attempt == null) {
      return;
    }
    attempt.set(GenAi.RESPONSE_MODEL, record.target().model());
    if (reasons != null && !reasons.all().isEmpty()) {
      attempt.set(GenAi.FINISH_REASONS, reasons.all());
    }
    attempt.set(GenAi.INPUT_TOKENS, usage.inputTokens());
    attempt.set(GenAi.OUTPUT_TOKENS, usage.outputTokens());
    if (usage.cachedInputTokens() > 0) {
      attempt.set(GenAi.CACHE_READ, usage.cachedInputTokens());
    }
    if (usage.cacheWriteTokens() > 0) {
      attempt.set(GenAi.CACHE_WRITE, usage.cacheWriteTokens());
    }
    attempt.set("nexus.cost.usd", record.cost().toUsd().doubleValue());
    attempt.set("nexus.cost.precision", record.precision().name().toLowerCase(Locale.ROOT));
    var budgets = record.charges().stream().map(BudgetCycle::budget).toList();
    if (!budgets.isEmpty()) {
      attempt.set("nexus.budgets", budgets);
    }
  }

  private void tokens(String type, long count) {
    if (count > 0 && !labels.isEmpty()) {
      var all = new HashMap<>(labels);
      all.put(GenAi.TOKEN_TYPE, type);
      telemetry.record(Meter.TOKEN_USAGE, all, (double) count);
    }
  }

  private void endAttempt() {
    if (!open) {
      return;
    }
    open = false;
    long end = endedNanos == 0 ? nowNanos() : endedNanos;
    var all = new HashMap<>(labels);
    if (!failure.isEmpty()) {
      all.put(GenAi.ERROR, failure);
    }
    telemetry.record(Meter.OPERATION_DURATION, all, (end - sentNanos) / NANOS);
    var span = attempt;
    if (span != null) {
      if (!failure.isEmpty()) {
        span.set(GenAi.ERROR, failure);
        span.fail(failure);
      }
      span.end(end);
      telemetry.keep(span);
      attempt = null;
    }
  }

  @Override
  public synchronized void ended(int status, String error, String budget) {
    endAttempt();
    ended = true;
    var problem = status < 400 ? "" : error.isEmpty() ? Integer.toString(status) : error;
    var all = new HashMap<>(labels.isEmpty() ? refused() : labels);
    if (!problem.isEmpty()) {
      all.put(GenAi.ERROR, problem);
    }
    long end = nowNanos();
    telemetry.record(Meter.REQUEST_DURATION, all, (end - startNanos) / NANOS);
    if (request != null) {
      request.name(operation.isEmpty() ? "request" : operation + " " + model);
      request.set("http.response.status_code", status);
      request.set(GenAi.ERROR, problem);
      request.set("nexus.budget", budget);
      if (status >= FAILED) {
        request.fail(problem);
      }
      request.end(end);
      telemetry.keep(request);
    }
  }

  /** The attributes of a request that was sent to no backend. */
  private Map<String, String> refused() {
    var all = new HashMap<String, String>();
    all.put(GenAi.OPERATION, operation.isEmpty() ? "request" : operation);
    all.put(GenAi.PROVIDER, "nexus");
    if (!model.isEmpty()) {
      all.put(GenAi.REQUEST_MODEL, telemetry.labelOf(model));
    }
    return all;
  }
}
