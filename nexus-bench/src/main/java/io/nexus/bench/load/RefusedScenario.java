package io.nexus.bench.load;

import java.io.IOException;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;

/**
 * Requests on a spent budget, as fast as they are refused, alone and beside requests that are
 * served.
 */
final class RefusedScenario {
  private static final double SERVED_A_SECOND = 500;
  private static final int SERVED_CONNECTIONS = 4;

  /** Generator and gateway share the processors, which leave nothing for others at the peak. */
  private static final double SHARE_OF_PEAK = 0.25;

  private final LoadOptions options;

  RefusedScenario(LoadOptions options) {
    this.options = options;
  }

  /**
   * The gateway.
   *
   * @param refused refusals alone, in a closed loop
   * @param served requests of others alone, in an open loop
   * @param servedMeanwhile the same requests while others are refused
   * @param refusedMeanwhile these, in an open loop at a quarter of the peak
   */
  record Result(
      LoadResult refused,
      LoadResult served,
      LoadResult servedMeanwhile,
      LoadResult refusedMeanwhile) {}

  Result run(Subject gateway) throws IOException, InterruptedException {
    new JsonScenario(options).warmUp(gateway);
    var warmUp = Duration.ofSeconds(options.warmupSeconds);
    var _ = refusals(gateway, options.connections).closedLoop(warmUp);
    var seconds = Duration.ofSeconds(options.seconds);
    var refused = refusals(gateway, options.connections).closedLoop(seconds);
    var served = served(gateway).openLoop(SERVED_A_SECOND, seconds);
    var meanwhile =
        CompletableFuture.supplyAsync(
            () -> {
              try {
                return refusals(gateway, options.connections)
                    .openLoop(SHARE_OF_PEAK * refused.perSecond(), seconds);
              } catch (InterruptedException e) {
                throw new IllegalStateException(e);
              }
            });
    var servedMeanwhile = served(gateway).openLoop(SERVED_A_SECOND, seconds);
    return new Result(refused, served, servedMeanwhile, meanwhile.join());
  }

  private static RequestLoad served(Subject gateway) {
    var request = ChatRequest.completion(1_024);
    return new RequestLoad(
        JsonExchange.to(gateway.port(), request), SERVED_CONNECTIONS, Ticker.SYSTEM);
  }

  private RequestLoad refusals(Subject gateway, int connections) {
    var request = ChatRequest.overBudget(options.bodyBytes);
    return new RequestLoad(
        JsonExchange.refused(gateway.port(), request), connections, Ticker.SYSTEM);
  }
}
