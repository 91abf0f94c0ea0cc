/** The server of Nexus. */
@org.jspecify.annotations.NullMarked
module io.nexus.server {
  requires static org.jspecify;
  requires com.fasterxml.jackson.databind;
  requires io.helidon.http;
  requires io.helidon.webserver;
  requires io.nexus.control;
}
