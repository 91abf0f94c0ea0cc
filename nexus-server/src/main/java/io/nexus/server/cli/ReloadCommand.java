package io.nexus.server.cli;

import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;

/** {@code nexus reload}. */
@Command(
    name = "reload",
    description = "Make a running gateway reload its configuration, without dropping requests.",
    mixinStandardHelpOptions = true)
final class ReloadCommand implements Runnable {

  @Mixin private GatewayOptions gateway;

  @SuppressWarnings("NullAway.Init")
  ReloadCommand() {}

  @Override
  public void run() {
    gateway.ask(
        client -> {
          var answer = client.send("POST", "/admin/v1/reload", "");
          gateway.out().println("The configuration is in force.");
          answer.path("notices").forEach(notice -> gateway.out().println(notice.asText()));
          for (var key : answer.path("needs_restart")) {
            gateway.out().println(key.asText() + " keeps its value until a restart.");
          }
        });
  }
}
