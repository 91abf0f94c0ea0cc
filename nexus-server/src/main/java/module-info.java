/** The server of Nexus. */
@org.jspecify.annotations.NullMarked
module io.nexus.server {
  requires static org.jspecify;
  requires io.nexus.control;
}
