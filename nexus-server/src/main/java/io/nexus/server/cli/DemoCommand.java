package io.nexus.server.cli;

import io.nexus.server.demo.Demo;
import io.nexus.server.demo.Tour;
import java.io.IOException;
import java.io.PrintWriter;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** {@code nexus demo}. */
@Command(
    name = "demo",
    description =
        "Run the gateway with simulated backends and a budget of two cents, and take a tour. It"
            + " needs no key and no network.",
    mixinStandardHelpOptions = true)
final class DemoCommand implements Runnable {

  @Option(names = "--port", description = "The port to listen on (default: any that is free).")
  private int port;

  @Option(names = "--once", description = "End after the tour instead of staying up.")
  private boolean once;

  @Spec private CommandSpec spec;

  @SuppressWarnings("NullAway.Init")
  DemoCommand() {}

  @Override
  public void run() {
    var out = spec.commandLine().getOut();
    OptionValues.checkPort(port);
    try (var demo = Demo.start(port)) {
      if (!once) {
        out.printf("The console shows all of this as it happens: %s%n%n", demo.console());
        out.flush();
      }
      if (!new Tour(demo, out, colours()).run()) {
        throw new Failure(
            Failure.WORK, "demo: budget: the account and the bill differ: report this as a defect");
      }
      if (!once) {
        invite(out, demo);
        var _ = Serve.awaitEnd(demo.gateway());
      }
    } catch (IOException e) {
      throw new Failure(Failure.WORK, "demo: tour: " + e.getMessage());
    }
  }

  private static void invite(PrintWriter out, Demo demo) {
    out.printf(
        """

        The gateway stays up on http://127.0.0.1:%1$d until Ctrl-C. To try:

          a chat request, the headers of its answer first:
            curl -si http://127.0.0.1:%1$d/v1/chat/completions --json '{"model":"gpt-4o","messages":[{"role":"user","content":"Hello"}]}'
          the accounts:
            curl -s http://127.0.0.1:%1$d/v1/stats
          where a request would go, and why, without sending it:
            curl -s http://127.0.0.1:%1$d/v1/explain --json '{"model":"gpt-4o","messages":[{"role":"user","content":"Hello"}]}'
          the console, where the budget can be raised (its key is: demo):
            %2$s

        """,
        demo.gateway().port(), demo.console());
    out.flush();
  }

  /** Colours only on a terminal, and unless disabled (https://no-color.org). */
  @SuppressWarnings("SystemConsoleNull") // JDK 25 again returns null without a terminal
  private static boolean colours() {
    var console = System.console();
    var objection = System.getenv("NO_COLOR");
    return console != null && console.isTerminal() && (objection == null || objection.isEmpty());
  }
}
