package io.nexus.metrics;

import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Predicate;

/**
 * Keeps the values of the label {@code model} bounded: clients choose the {@code model} of a
 * request, and each new value would cost memory here and in every Prometheus.
 */
final class ModelLabels {
  /** The label of models without their own. */
  static final String OTHER = "other";

  private final Predicate<String> known;
  private final int capacity;
  private final Set<String> admitted = ConcurrentHashMap.newKeySet();

  /**
   * Starts with no model.
   *
   * @param known whether a model is configured, or listed by a backend
   * @param capacity the number of models, the first to arrive, that get their own label
   */
  ModelLabels(Predicate<String> known, int capacity) {
    this.known = known;
    this.capacity = capacity;
  }

  /** The model's name if it is known and there is room, else {@link #OTHER}. */
  String of(String model) {
    return admitted.contains(model) || (known.test(model) && admit(model)) ? model : OTHER;
  }

  private synchronized boolean admit(String model) {
    return admitted.contains(model) || (admitted.size() < capacity && admitted.add(model));
  }
}
