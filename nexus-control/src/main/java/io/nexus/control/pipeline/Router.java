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
 * <p>A decision sends nothing and holds nothing, so an explanation is a decision that is not
 * executed. Safe for concurrent use.
 */
public final class Router {

  private final RequestAnalyzer analyzer;
  private final Pipeline pipeline;
  private final Scheduler scheduler;

  /**
   * Creates a router.
   *
   * @param extensions additional pipeline stages
   * @param random the source of the random strategy
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

  /** Decides where the request goes, or why it is refused. */
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
