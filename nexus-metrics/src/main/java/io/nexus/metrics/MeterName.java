package io.nexus.metrics;

import static io.nexus.metrics.MeterName.Kind.COUNTER;
import static io.nexus.metrics.MeterName.Kind.GAUGE;
import static io.nexus.metrics.MeterName.Kind.HISTOGRAM;

import java.util.List;

/**
 * Every meter of the gateway: its name, type, help text and labels. Dashboards and alerts depend on
 * names and labels, so a change breaks them.
 */
@SuppressWarnings("ImmutableEnumChecker") // List.of is immutable; its type cannot say so
enum MeterName {
  BUDGET_SPENDING(
      "nexus_budget_current_spending_usd",
      GAUGE,
      "Settled spending of the global budget in its current cycle, in US dollars."),
  BUDGET_LIMIT(
      "nexus_budget_limit_usd", GAUGE, "Limit of the global budget, in US dollars; +Inf if none."),
  BUDGET_PERCENT_USED(
      "nexus_budget_percent_used",
      GAUGE,
      "Settled spending of the global budget as a percentage of its limit."),
  BUDGET_HELD(
      "nexus_budget_held_usd",
      GAUGE,
      "Money that running requests hold on the global budget, in US dollars."),
  SCOPE_BUDGET_SPENDING(
      "nexus_scope_budget_spending_usd",
      GAUGE,
      "Settled spending of a scoped budget in its current window, in US dollars.",
      "budget"),
  SCOPE_BUDGET_LIMIT(
      "nexus_scope_budget_limit_usd",
      GAUGE,
      "Limit of a scoped budget, in US dollars; +Inf if none.",
      "budget"),
  SCOPE_BUDGET_PERCENT_USED(
      "nexus_scope_budget_percent_used",
      GAUGE,
      "Settled spending of a scoped budget as a percentage of its limit.",
      "budget"),
  SCOPE_BUDGET_HELD(
      "nexus_scope_budget_held_usd",
      GAUGE,
      "Money that running requests hold on a scoped budget, in US dollars.",
      "budget"),
  BUDGET_VALUES(
      "nexus_budget_values",
      GAUGE,
      "Values in memory of a budget that has one for each value.",
      "budget"),
  BUDGET_BLOCKED(
      "nexus_budget_requests_blocked_total",
      COUNTER,
      "Requests that a budget's hard limit kept from running.",
      "reason"),
  BUDGET_SOFT_ACTIVATIONS(
      "nexus_budget_soft_limit_activations_total",
      COUNTER,
      "Times that a budget crossed its soft limit."),
  BUDGET_HARD_ACTIVATIONS(
      "nexus_budget_hard_limit_activations_total",
      COUNTER,
      "Times that a budget reached its hard limit."),
  BUDGET_CLAMPED(
      "nexus_budget_clamped_total",
      COUNTER,
      "Requests whose longest answer was lowered to what the budget affords."),
  BUDGET_CUTOFFS(
      "nexus_budget_cutoffs_total",
      COUNTER,
      "Streams ended early because the budget could not pay for more."),
  BUDGET_SHADOW_DECISIONS(
      "nexus_budget_shadow_decisions_total",
      COUNTER,
      "Actions that a budget in shadow mode would have taken.",
      "budget",
      "action"),
  BUDGET_ERRORS(
      "nexus_budget_errors_total",
      COUNTER,
      "Failures of the budget service itself, decided by on_error.",
      "reason"),
  LIMIT_REJECTIONS(
      "nexus_limit_rejections_total",
      COUNTER,
      "Requests refused since a limit beside money did not allow them.",
      "limit",
      "unit"),
  LIMIT_USED(
      "nexus_limit_used",
      GAUGE,
      "What of a limit beside money is used or in use, in its unit.",
      "limit",
      "unit"),
  LIMIT_ALLOWED(
      "nexus_limit_allowed",
      GAUGE,
      "What a limit beside money allows in a window, or at once, in its unit.",
      "limit",
      "unit"),
  BUDGET_QUEUE_DEPTH(
      "nexus_budget_queue_depth", GAUGE, "Requests waiting for a budget to have money again."),
  BUDGET_QUEUE_WAIT(
      "nexus_budget_queue_wait_seconds",
      Buckets.QUEUE_WAIT,
      "Time that a request waited for a budget, whether it ran in the end or not."),
  CAPACITY_QUEUE_DEPTH(
      "nexus_capacity_queue_depth", GAUGE, "Requests waiting for a backend that is full."),
  CAPACITY_QUEUE_WAIT(
      "nexus_capacity_queue_wait_seconds",
      Buckets.QUEUE_WAIT,
      "Time that a request waited for a backend that was full, whether it ran in the end or not."),
  UNPRICED_REQUESTS(
      "nexus_unpriced_requests_total", COUNTER, "Requests for a model whose price is not known."),
  COST_ESTIMATE(
      "nexus_cost_estimate_usd",
      Buckets.COST,
      "Expected cost of a request before it is sent, in US dollars.",
      "provider",
      "model",
      "tier"),
  SPEND(
      "nexus_spend_usd_total",
      COUNTER,
      "Actual cost of settled requests, in US dollars.",
      "provider",
      "model"),
  STATED_COST_DIFFERENCE(
      "nexus_stated_cost_difference_usd_total",
      COUNTER,
      "How far the costs that providers state are from their prices, up or down, in US dollars.",
      "provider"),
  USAGE_IMPLAUSIBLE(
      "nexus_usage_implausible_total",
      COUNTER,
      "Answers whose usage or cost, as the backend reports it, cannot be.",
      "backend"),
  TOKENS(
      "nexus_tokens_total",
      COUNTER,
      "Tokens used; cached_input is a part of input, reasoning a part of output.",
      "provider",
      "model",
      "type"),
  REQUESTS(
      "nexus_requests_total",
      COUNTER,
      "Requests answered, by HTTP status; backend is none if the request reached no backend.",
      "backend",
      "model",
      "status",
      "api"),
  REQUEST_DURATION(
      "nexus_request_duration_seconds",
      Buckets.DURATION,
      "Time from a request's arrival to the end of its answer.",
      "backend"),
  GATEWAY_OVERHEAD(
      "nexus_gateway_overhead_seconds",
      Buckets.OVERHEAD,
      "Time that the gateway itself added to a request, without waiting for the backend.",
      "backend"),
  TIME_TO_FIRST_TOKEN(
      "nexus_time_to_first_token_seconds",
      Buckets.FIRST_TOKEN,
      "Time from a streaming request's arrival to the first chunk of its answer.",
      "backend"),
  BACKEND_UP(
      "nexus_backend_up", GAUGE, "Whether the backend passed its health check: 1 or 0.", "backend"),
  BACKEND_PENDING(
      "nexus_backend_pending_requests",
      GAUGE,
      "Requests that the backend is working on.",
      "backend"),
  OUTCOMES(
      "nexus_outcomes_total",
      COUNTER,
      "Attempts at a backend, by what became of them.",
      "backend",
      "outcome"),
  CIRCUIT_OPEN(
      "nexus_circuit_open",
      GAUGE,
      "Whether the backend gets no requests since it left too many unanswered: 1 or 0.",
      "backend"),
  RECONCILIATION_LAST_RUN(
      "nexus_reconciliation_last_run_timestamp_seconds",
      GAUGE,
      "Unix time at which the budget reconciliation loop last ran."),
  RECONCILER_EXCLUSIONS(
      "nexus_reconciler_exclusions_total",
      COUNTER,
      "Candidates that a stage of the routing pipeline took out.",
      "reconciler"),
  TRANSLATIONS(
      "nexus_translations_total",
      COUNTER,
      "Requests that were said to their backend in another API than the client's.",
      "from",
      "to"),
  ALERTS_SENT(
      "nexus_alerts_sent_total",
      COUNTER,
      "Budget alerts given to a webhook, by outcome.",
      "result"),
  LEDGER_DRAWS(
      "nexus_ledger_draws_total",
      COUNTER,
      "Draws of budget that the gateway asked the ledger for."),
  LEDGER_DRAW_TIME(
      "nexus_ledger_draw_seconds", Buckets.LEDGER, "Time that one draw from the ledger took."),
  LEDGER_OUTSTANDING(
      "nexus_ledger_outstanding_usd",
      GAUGE,
      "Money drawn from the ledger by this gateway and not yet posted as spent, in US dollars."),
  LEDGER_STRANDED(
      "nexus_ledger_stranded_usd",
      GAUGE,
      "Money drawn by gateways that are gone and not yet reclaimed, in US dollars."),
  LEDGER_RECORDS_PENDING(
      "nexus_ledger_records_pending",
      GAUGE,
      "Spend records that wait to be written to the ledger."),
  SPEND_SINK_RECORDS(
      "nexus_spend_sink_records_total", COUNTER, "Spend records that a sink has taken.", "sink"),
  SPEND_SINK_DROPPED(
      "nexus_spend_sink_dropped_total",
      COUNTER,
      "Spend records that no sink gets, since too many waited for it or the disk was full.",
      "sink"),
  SPEND_SINK_FAILURES(
      "nexus_spend_sink_failures_total",
      COUNTER,
      "Attempts to give a sink records that it did not take.",
      "sink"),
  SPEND_SINK_PENDING(
      "nexus_spend_sink_pending_records", GAUGE, "Spend records that wait for a sink.", "sink"),
  TELEMETRY_SPANS(
      "nexus_telemetry_spans_total",
      COUNTER,
      "Spans that the collector of OpenTelemetry has taken."),
  TELEMETRY_DROPPED(
      "nexus_telemetry_spans_dropped_total",
      COUNTER,
      "Spans that the collector of OpenTelemetry never gets, since it did not take them in time."),
  TELEMETRY_FAILURES(
      "nexus_telemetry_failures_total",
      COUNTER,
      "Messages of traces or metrics that the collector of OpenTelemetry did not take."),
  LEDGER_ERRORS("nexus_ledger_errors_total", COUNTER, "Operations on the ledger that failed."),
  CONFIG_RELOADS(
      "nexus_config_reloads_total",
      COUNTER,
      "Reloads of the configuration, by whether it is in force: applied or refused.",
      "result"),
  SETTINGS_VERSION(
      "nexus_settings_version",
      GAUGE,
      "Number of the last change by the admin API that this gateway has applied."),
  BUDGET_UNSECURED(
      "nexus_budget_unsecured_usd_total",
      COUNTER,
      "Money held without a grant since the ledger was away, in US dollars."),
  PROCESS_CPU(
      "process_cpu_seconds_total",
      COUNTER,
      "Processor time of the gateway's process, user and system."),
  PROCESS_RESIDENT_MEMORY(
      "process_resident_memory_bytes", GAUGE, "Resident memory of the gateway's process."),
  PROCESS_START_TIME(
      "process_start_time_seconds", GAUGE, "Unix time at which the gateway's process started."),
  JVM_MEMORY_USED("jvm_memory_used_bytes", GAUGE, "Memory that the JVM uses.", "area"),
  JVM_THREADS("jvm_threads_current", GAUGE, "Platform threads that are alive.");

  /** The types of meters. */
  enum Kind {
    COUNTER("counter"),
    GAUGE("gauge"),
    HISTOGRAM("histogram");

    private final String text;

    Kind(String text) {
      this.text = text;
    }

    String text() {
      return text;
    }
  }

  private final String text;
  private final Kind kind;
  private final Buckets buckets;
  private final String help;
  private final List<String> labels;

  MeterName(String text, Kind kind, String help, String... labels) {
    this(text, kind, Buckets.NONE, help, labels);
  }

  MeterName(String text, Buckets buckets, String help, String... labels) {
    this(text, HISTOGRAM, buckets, help, labels);
  }

  MeterName(String text, Kind kind, Buckets buckets, String help, String... labels) {
    this.text = text;
    this.kind = kind;
    this.buckets = buckets;
    this.help = help;
    this.labels = List.of(labels);
  }

  String text() {
    return text;
  }

  Kind kind() {
    return kind;
  }

  Buckets buckets() {
    return buckets;
  }

  String help() {
    return help;
  }

  List<String> labels() {
    return labels;
  }

  /** Whether it is counted in billionths of the printed unit: nano-dollars, nanoseconds. */
  boolean inNanos() {
    return switch (this) {
      case SPEND, BUDGET_UNSECURED, STATED_COST_DIFFERENCE -> true;
      default -> kind == HISTOGRAM;
    };
  }
}
