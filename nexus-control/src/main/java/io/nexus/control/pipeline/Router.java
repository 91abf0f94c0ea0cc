package io.nexus.control.pipeline;

import io.nexus.control.budget.Budgets;
import io.nexus.control.routing.RoutingDecision;
import io.nexus.control.routing.RoutingRequest;
import io.nexus.control.routing.RoutingRules;
import io.nexus.control.spi.Reconciler;
import java.util.List;
import java.util.random.RandomGenerator;

/**
 * Decides where a request goes: analysis, then the pipeline, then the choice.
 *
 * <p>Deciding sends nothing and holds nothing, so an explanation is a decision that nobody follows.
 * Safe for concurrent use.
 */
public final class Router {

  private final RequestAnalyzer analyzer;
  private final Pipeline pipeline;
  private final Scheduler scheduler;

  /**
   * A router.
   *
   * @param extensions further stages of the pipeline
   * @param random decides for the random strategy
   */
  public Router(
      RoutingRules rules,
      Catalogue catalogue,
      Budgets budgets,
      List<Reconciler> extensions,
      PipelineListener listener,
      RandomGenerator random) {
    this.analyzer = new RequestAnalyzer(catalogue, budgets, rules);
    this.pipeline = new Pipeline(extensions, listener);
    this.scheduler = new Scheduler(rules.strategy(), rules.weights(), random);
  }

  /** Where the request goes, or why nowhere. */
  public RoutingDecision decide(RoutingRequest request) {
    var intent = pipeline.run(analyzer.analyze(request));
    var order = scheduler.order(intent);
    return order.isEmpty()
        ? RoutingDecision.without(intent)
        : new RoutingDecision.Route(intent, order);
  }

  /** The names of the pipeline's stages, in order. */
  public List<String> stages() {
    return pipeline.stages();
  }
}
