package io.nexus.control.pipeline;

import io.nexus.control.routing.RoutingIntent;
import io.nexus.control.spi.Reconciler;
import io.nexus.control.spi.Reconciler.Place;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;

/**
 * The stages between the analysis of a request and the choice of a backend, in order. Each may only
 * remove candidates. A stage that throws or does anything else is skipped and reported, unless it
 * is a guard, whose failure leaves no candidate.
 *
 * <p>Immutable and safe for concurrent use.
 */
final class Pipeline {

  private final List<Reconciler> stages;
  private final PipelineListener listener;

  /**
   * The built-in stages, with each extension at its place; extensions at one place are ordered by
   * name.
   */
  Pipeline(List<Reconciler> extensions, PipelineListener listener) {
    this.listener = listener;
    var all = new ArrayList<Reconciler>();
    for (var place : Place.values()) {
      builtInBefore(place, all);
      extensions.stream()
          .filter(each -> each.place() == place)
          .sorted(Comparator.comparing(Reconciler::name))
          .forEach(all::add);
    }
    this.stages = List.copyOf(all);
  }

  private static void builtInBefore(Place place, List<Reconciler> stages) {
    switch (place) {
      case AFTER_ANALYSIS -> {}
      case AFTER_PRIVACY -> stages.add(new PrivacyReconciler());
      case AFTER_BUDGET -> stages.add(new BudgetReconciler());
      case AFTER_TIER -> stages.add(new TierReconciler());
      case AFTER_QUALITY -> stages.add(new HealthReconciler());
    }
  }

  /** The names of all stages, in order. */
  List<String> stages() {
    return stages.stream().map(Reconciler::name).toList();
  }

  /** Runs all stages on the intent. */
  RoutingIntent run(RoutingIntent intent) {
    var narrowed = intent;
    for (var stage : stages) {
      narrowed = run(stage, narrowed);
    }
    return narrowed;
  }

  private RoutingIntent run(Reconciler stage, RoutingIntent intent) {
    String problem;
    try {
      var narrowed = stage.reconcile(intent);
      if (narrowed.narrows(intent)) {
        return narrowed;
      }
      problem = "returned an intent that does not narrow the given one";
    } catch (RuntimeException | LinkageError | StackOverflowError e) {
      problem = "threw " + e.getClass().getName();
    }
    listener.stageFailed(stage.name(), problem);
    return stage.guard()
        ? intent.exclude(stage.name(), _ -> true, "the guard '" + stage.name() + "' failed")
        : intent;
  }
}
