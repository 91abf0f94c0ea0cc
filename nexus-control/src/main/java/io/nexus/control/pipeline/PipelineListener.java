package io.nexus.control.pipeline;

/**
 * Is told when a stage of the pipeline fails. Called on requests' threads: returns at once, throws
 * nothing.
 */
public interface PipelineListener {

  /**
   * A stage failed and was skipped, or, being a guard, left no candidate.
   *
   * @param reconciler its name
   * @param problem what it did, without any text of the request
   */
  void stageFailed(String reconciler, String problem);
}
