/** The config of Nexus. */
@org.jspecify.annotations.NullMarked
module io.nexus.config {
  requires static org.jspecify;
  requires io.nexus.control;
}
