package io.nexus.metrics;

import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Predicate;

/**
 * Keeps the values of the label {@code model} bounded: clients choose what they write in a
 * request's {@code model}, and each new value would cost memory here and in every Prometheus.
 */
final class ModelLabels {
  /** What stands for a model that gets no label of its own. */
  static final String OTHER = "other";

  private final Predicate<String> known;
  private final int capacity;
  private final Set<String> admitted = ConcurrentHashMap.newKeySet();

  /**
   * No model admitted yet.
   *
   * @param known whether a model is configured, or listed by a backend
   * @param capacity how many models get a label of their own, those that come first
   */
  ModelLabels(Predicate<String> known, int capacity) {
    this.known = known;
    this.capacity = capacity;
  }

  /** The model's own name if it is known and there is room, else {@link #OTHER}. */
  String of(String model) {
    return admitted.contains(model) || (known.test(model) && admit(model)) ? model : OTHER;
  }

  private synchronized boolean admit(String model) {
    return admitted.contains(model) || (admitted.size() < capacity && admitted.add(model));
  }
}
