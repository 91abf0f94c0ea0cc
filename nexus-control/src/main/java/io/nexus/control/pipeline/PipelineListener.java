package io.nexus.control.pipeline;

/**
 * Receives failures of pipeline stages. Called on requests' threads: returns at once, throws
 * nothing.
 */
public interface PipelineListener {

  /**
   * A stage failed and was skipped, or, being a guard, left no candidate.
   *
   * @param reconciler the stage's name
   * @param problem what went wrong, without any text of the request
   */
  void stageFailed(String reconciler, String problem);
}
