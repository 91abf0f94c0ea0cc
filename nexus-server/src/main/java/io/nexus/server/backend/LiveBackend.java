package io.nexus.server.backend;

import io.nexus.config.Probe;
import io.nexus.control.routing.Backend;
import io.nexus.control.routing.Load;
import io.nexus.control.spi.BackendClient;
import io.nexus.server.dialect.BackendFields;
import java.util.List;

/**
 * A backend with its client and how it does. Safe for concurrent use; figures that requests write
 * may lose an update to one written at the same moment, where that does no harm.
 */
public final class LiveBackend {

  /** Each new latency weighs an eighth. */
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
  private volatile boolean healthy = true;
  private volatile boolean drained;
  private volatile boolean judgedByChat;
  private volatile long latencyNanos;

  /**
   * A backend that is taken for healthy until it is found not to be.
   *
   * @param region where it serves, if that makes a price; else empty
   * @param secrets what it is sent and nobody else may see, its key first
   * @param models the models that it serves; empty if it has to be asked
   * @param circuit keeps requests away from it while it leaves them unanswered
   * @param slots how many requests it takes at once
   * @param fields what it takes in requests, as the configuration says
   * @param probe how to find out whether it is up
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
    this.circuit = circuit;
    this.slots = slots;
    this.fields = fields;
    this.probe = probe;
    this.judgedByChat = probe == Probe.CHAT;
  }

  /** What the configuration says of it. */
  public Backend backend() {
    return backend;
  }

  /** Where it serves, as price lists know it; empty if that makes no price. */
  String region() {
    return region;
  }

  /** Speaks to it. */
  public BackendClient client() {
    return client;
  }

  /** What it is sent and nobody else may see. */
  List<String> secrets() {
    return secrets;
  }

  /** Keeps requests away from it while it leaves them unanswered. */
  public Circuit circuit() {
    return circuit;
  }

  /** What it takes in requests, as the configuration says. */
  public BackendFields fields() {
    return fields;
  }

  /** How it does now. */
  public Load load() {
    return new Load(healthy && !drained && circuit.isPassable(), slots.taken(), latencyNanos);
  }

  /** The models that it serves, as far as is known. */
  public List<String> models() {
    return models;
  }

  /** Where its requests under way are counted. */
  Slots slots() {
    return slots;
  }

  /**
   * A request wants to go to it.
   *
   * @return whether it may: not if the backend is full, or others wait for it
   */
  public boolean tryBegin() {
    return slots.tryTake();
  }

  /** A request to it has ended, in whatever way. */
  public void ended() {
    slots.giveBack();
  }

  /** An answer of it has begun after so long. */
  public void answeredAfter(long nanos) {
    long before = latencyNanos;
    latencyNanos = before == 0 ? nanos : before + ((nanos - before) >> LATENCY_SHIFT);
  }

  /** It says that it serves these; what the configuration says goes before. */
  void discovered(List<String> served) {
    if (!configured) {
      models = List.copyOf(served);
    }
  }

  /** How to find out whether it is up. */
  Probe probe() {
    return probe;
  }

  /** Whether the configuration says what it serves. */
  boolean isConfigured() {
    return configured;
  }

  /** Whether requests that it fails at count against it, since nothing else tells how it does. */
  public boolean isJudgedByChat() {
    return judgedByChat;
  }

  void judgedByChat(boolean chatDecides) {
    judgedByChat = chatDecides;
  }

  /** Whether an administrator keeps new requests from it; those under way go on. */
  public boolean isDrained() {
    return drained;
  }

  void drained(boolean out) {
    drained = out;
  }

  /** Whether it was found to be up, whatever else keeps requests from it. */
  public boolean isUp() {
    return healthy;
  }

  void healthy(boolean up) {
    healthy = up;
  }
}
