package io.nexus.server.backend;

import io.nexus.config.Probe;
import io.nexus.control.routing.Backend;
import io.nexus.control.routing.Load;
import io.nexus.control.spi.BackendClient;
import io.nexus.server.dialect.BackendFields;
import java.util.List;

/**
 * A backend with its client and current state. Safe for concurrent use; statistics may lose
 * concurrent updates where that is harmless.
 */
public final class LiveBackend {

  /** The weight of a new latency is one eighth. */
  private static final int LATENCY_SHIFT = 3;

  private final Backend backend;
  private final String region;
  private final BackendClient client;
  private final List<String> secrets;
  private final boolean configured;
  private final Circuit circuit;
  private final Slots slots;
  private final BackendFields fields;
  private final Probe probe;
  private volatile List<String> models;
  private volatile boolean listed;
  private volatile boolean healthy = true;
  private volatile boolean drained;
  private volatile boolean judgedByChat;
  private volatile long latencyNanos;

  /**
   * Creates a backend, which counts as healthy until a check fails.
   *
   * @param region its region if that affects prices; else empty
   * @param secrets the secrets sent to it, its key first
   * @param models the configured models; empty to query it
   * @param circuit its circuit
   * @param slots its slots for parallel requests
   * @param fields the configured fields that it accepts
   * @param probe how its health is checked
   */
  public LiveBackend(
      Backend backend,
      String region,
      BackendClient client,
      List<String> secrets,
      List<String> models,
      Circuit circuit,
      Slots slots,
      BackendFields fields,
      Probe probe) {
    this.backend = backend;
    this.region = region;
    this.client = client;
    this.secrets = List.copyOf(secrets);
    this.models = List.copyOf(models);
    this.configured = !models.isEmpty();
    this.listed = configured;
    this.circuit = circuit;
    this.slots = slots;
    this.fields = fields;
    this.probe = probe;
    this.judgedByChat = probe == Probe.CHAT;
  }

  /** Its configuration. */
  public Backend backend() {
    return backend;
  }

  /** Its region as price lists name it; empty if that does not affect prices. */
  String region() {
    return region;
  }

  /** Its client. */
  public BackendClient client() {
    return client;
  }

  /** The secrets sent to it. */
  List<String> secrets() {
    return secrets;
  }

  /** Its circuit. */
  public Circuit circuit() {
    return circuit;
  }

  /** The configured fields that it accepts. */
  public BackendFields fields() {
    return fields;
  }

  /** Its current state. */
  public Load load() {
    return new Load(healthy && !drained && circuit.isPassable(), slots.taken(), latencyNanos);
  }

  /** The models that it is known to serve. */
  public List<String> models() {
    return models;
  }

  /** Its slots for parallel requests. */
  Slots slots() {
    return slots;
  }

  /**
   * Takes a slot for a request.
   *
   * @return false if the backend is full, or other requests wait for it
   */
  public boolean tryBegin() {
    return slots.tryTake();
  }

  /** Gives the slot of a request back. */
  public void ended() {
    slots.giveBack();
  }

  /** Records the time to the first byte of an answer. */
  public void answeredAfter(long nanos) {
    long before = latencyNanos;
    latencyNanos = before == 0 ? nanos : before + ((nanos - before) >> LATENCY_SHIFT);
  }

  /** Sets the models that it lists; configured models take precedence. */
  void discovered(List<String> served) {
    if (!configured) {
      models = List.copyOf(served);
    }
    listed = true;
  }

  /** Whether its models are known: configured, or listed by it at any time. */
  boolean isListed() {
    return listed;
  }

  /** How its health is checked. */
  Probe probe() {
    return probe;
  }

  /** Whether its models are configured. */
  boolean isConfigured() {
    return configured;
  }

  /** Whether failed requests count against its health, because nothing else shows it. */
  public boolean isJudgedByChat() {
    return judgedByChat;
  }

  void judgedByChat(boolean chatDecides) {
    judgedByChat = chatDecides;
  }

  /** Whether an administrator drains it; running requests continue. */
  public boolean isDrained() {
    return drained;
  }

  void drained(boolean out) {
    drained = out;
  }

  /** Whether it is up, regardless of draining and circuit. */
  public boolean isUp() {
    return healthy;
  }

  void healthy(boolean up) {
    healthy = up;
  }
}
