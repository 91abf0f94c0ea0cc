package io.nexus.metrics;

import io.helidon.metrics.api.MeterRegistry;
import java.time.Instant;
import java.util.List;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentMap;
import java.util.function.Predicate;
import java.util.function.Supplier;

/**
 * The meters of one gateway, and the page that shows them. Its parts are bound to their labels: get
 * each once and keep it, so that recording costs a few nanoseconds. Getting a part again returns
 * the same one.
 *
 * <p>The values of labels are bounded: backends, providers and budgets come from the configuration,
 * and an unknown model is {@code other}.
 *
 * <p>Safe for any number of threads.
 */
public final class GatewayMeters implements AutoCloseable {
  private static final String NO_BACKEND = "none";
  private static final int MODELS = 1000;
  private static final double MILLIS = 1e3;

  private final MeterTable table = new MeterTable();
  private final ModelLabels models;
  private final BudgetMeters budget = new BudgetMeters(table);
  private final ConcurrentMap<String, BackendMeters> backends = new ConcurrentHashMap<>();

  /** By provider, then by model. */
  private final ConcurrentMap<String, ConcurrentMap<String, ModelMeters>> byModel =
      new ConcurrentHashMap<>();

  /** By backend, then by model. */
  private final ConcurrentMap<String, ConcurrentMap<List<String>, RequestMeters>> requests =
      new ConcurrentHashMap<>();

  /**
   * Creates meters at zero.
   *
   * @param knownModel whether a model is configured or listed by a backend; only such models get
   *     their own label, and only the first thousand
   */
  public GatewayMeters(Predicate<String> knownModel) {
    models = new ModelLabels(knownModel, MODELS);
    ProcessMeters.observe(table);
  }

  /**
   * Publishes all meters, future ones included, to a registry of Helidon Metrics until {@link
   * #close}. The page works without it.
   *
   * @param registry for instance {@code MeterRegistry.create()}
   */
  public void publishTo(MeterRegistry registry) {
    table.publishTo(registry);
  }

  /** The meters of a backend. */
  public BackendMeters backend(String backend) {
    return backends.computeIfAbsent(backend, name -> new BackendMeters(table, name));
  }

  /**
   * The meters of a model.
   *
   * @param provider the provider of the model, as configured
   * @param model the model that ran, or {@code other} if it is not known
   */
  public ModelMeters model(String provider, String model) {
    return byModel
        .computeIfAbsent(provider, _ -> new ConcurrentHashMap<>())
        .computeIfAbsent(models.of(model), name -> new ModelMeters(table, provider, name));
  }

  /**
   * The count of requests that a backend answered.
   *
   * @param backend its name
   * @param model the model that ran, or {@code other} if it is not known
   * @param api the API, such as {@code chat}
   */
  public RequestMeters requests(String backend, String model, String api) {
    return requests
        .computeIfAbsent(backend, _ -> new ConcurrentHashMap<>())
        .computeIfAbsent(
            List.of(models.of(model), api),
            of -> new RequestMeters(table, backend, of.getFirst(), api));
  }

  /**
   * The count of requests that the gateway answered itself: refused, malformed, or without a
   * backend. Their backend label is {@code none}.
   *
   * @param model the requested model; an empty or unknown one becomes {@code other}
   */
  public RequestMeters unrouted(String model) {
    return requests(NO_BACKEND, model, NO_BACKEND);
  }

  /** The meters of the budgets. */
  public BudgetMeters budget() {
    return budget;
  }

  /** The meters of the queue for budgets; on the page from the first call. */
  public QueueMeters queue() {
    return new QueueMeters(table, MeterName.BUDGET_QUEUE_DEPTH, MeterName.BUDGET_QUEUE_WAIT);
  }

  /** The meters of the queue for backends that are full; on the page from the first call. */
  public QueueMeters capacityQueue() {
    return new QueueMeters(table, MeterName.CAPACITY_QUEUE_DEPTH, MeterName.CAPACITY_QUEUE_WAIT);
  }

  /** The meters of limits other than money. */
  public LimitMeters limits() {
    return new LimitMeters(table);
  }

  /** The meters of changes at run time. */
  public SettingMeters settings() {
    return new SettingMeters(table);
  }

  /**
   * The meters of the ledger; on the page from the first call, so a gateway without a ledger has
   * none.
   */
  public LedgerMeters ledger() {
    return new LedgerMeters(table);
  }

  /** The meters of the export to a collector; on the page from the first call. */
  public TelemetryMeters telemetry() {
    return new TelemetryMeters(table);
  }

  /** The label of a model: its name, or {@code other} if it is not known. */
  public String labelOf(String model) {
    return models.of(model);
  }

  /** The current values of all meters. */
  public List<MeterReading> readings() {
    return MeterReadings.of(table);
  }

  /** The meters of a sink of spend records; on the page from the first call. */
  public SinkMeters spendSink(String sink) {
    return new SinkMeters(table, sink);
  }

  /**
   * The counter of requests translated to another API.
   *
   * @param from the client's API
   * @param to the backend's API
   */
  public EventCounter translations(String from, String to) {
    return new EventCounter(table.counter(MeterName.TRANSLATIONS, from, to));
  }

  /**
   * The counter of candidates removed by a stage of the routing pipeline.
   *
   * @param reconciler the stage's name
   */
  public EventCounter exclusions(String reconciler) {
    return new EventCounter(table.counter(MeterName.RECONCILER_EXCLUSIONS, reconciler));
  }

  /**
   * Publishes when the budgets' reconciliation loop last ran.
   *
   * @param lastRun called at each scrape; {@link Instant#EPOCH} before the first run
   */
  public void observeReconciliation(Supplier<Instant> lastRun) {
    table.reading(MeterName.RECONCILIATION_LAST_RUN, () -> lastRun.get().toEpochMilli() / MILLIS);
  }

  /** The current values of all meters as text. */
  public String page(PageFormat format) {
    return PageWriter.print(table, format);
  }

  /** Removes the meters from the registries that they were published to; they continue to count. */
  @Override
  public void close() {
    table.unpublish();
  }
}
