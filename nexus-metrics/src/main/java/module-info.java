/** The metrics of Nexus. */
@org.jspecify.annotations.NullMarked
module io.nexus.metrics {
  requires static org.jspecify;
  requires io.nexus.control;
}
