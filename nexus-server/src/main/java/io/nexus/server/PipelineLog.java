package io.nexus.server;

import io.nexus.control.pipeline.PipelineListener;
import io.nexus.metrics.GatewayMeters;
import java.lang.System.Logger;
import java.lang.System.Logger.Level;

/** Logs and counts stages that fail. */
record PipelineLog(GatewayMeters meters) implements PipelineListener {

  private static final Logger LOG = System.getLogger("io.nexus.pipeline");

  @Override
  public void stageFailed(String reconciler, String problem) {
    meters.budget().errors("reconciler").increment();
    LOG.log(Level.ERROR, "Reconciler {0} {1}: it was passed over", reconciler, problem);
  }
}
