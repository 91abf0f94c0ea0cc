package io.nexus.server.cli;

import io.nexus.config.ConfigResult.Invalid;
import io.nexus.config.NexusConfig;
import io.nexus.server.litellm.ImportException;
import io.nexus.server.litellm.ProxyImport;
import java.io.IOException;
import java.nio.charset.CharacterCodingException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** {@code nexus import litellm}. */
@Command(
    name = "litellm",
    description =
        "Turn a LiteLLM proxy's config.yaml into a nexus.toml, and say line by line what has no"
            + " counterpart.",
    mixinStandardHelpOptions = true)
final class ImportLiteLlmCommand implements Runnable {

  private static final String NAME = "import litellm";

  @Parameters(paramLabel = "CONFIG", description = "The proxy's config.yaml.")
  private Path config;

  @Option(
      names = {"-o", "--output"},
      paramLabel = "FILE",
      description = "What to write (default: standard output).")
  private @Nullable Path output;

  @Option(names = "--force", description = "Write over a file that is there.")
  private boolean force;

  @Spec private CommandSpec spec;

  @SuppressWarnings("NullAway.Init")
  ImportLiteLlmCommand() {}

  @Override
  public void run() {
    var out = spec.commandLine().getOut();
    var err = spec.commandLine().getErr();
    var made = made();
    made.notes().forEach(note -> err.println(config + ":" + note));
    if (output == null) {
      out.print(made.toml());
    } else {
      InitCommand.write(output, made.toml(), force, NAME);
      out.println("Wrote " + output + ", with " + made.notes().size() + " remarks at its end.");
      out.println(
          "Next: nexus check --config " + output + ", then nexus serve --config " + output + ".");
    }
    out.flush();
    if (NexusConfig.parse(config.toString(), made.toml(), System.getenv())
        instanceof Invalid wrong) {
      wrong.problems().forEach(problem -> err.println("nexus: configuration: " + problem));
      throw new Failure(Failure.WORK, NAME + ": " + config + ": correct what was made of it");
    }
  }

  private ProxyImport made() {
    try {
      return ProxyImport.of(
          String.valueOf(config.getFileName()), Files.readString(config), System.getenv());
    } catch (ImportException e) {
      throw new Failure(
          Failure.USAGE, NAME + ": " + config + ":" + e.line() + ": " + e.getMessage());
    } catch (CharacterCodingException e) {
      throw new Failure(
          Failure.USAGE, NAME + ": " + config + ": is not in UTF-8: save it in UTF-8");
    } catch (IOException e) {
      throw new Failure(
          Failure.USAGE, NAME + ": " + config + ": cannot be read: give an existing file");
    } catch (NoClassDefFoundError e) {
      throw new Failure(
          Failure.WORK,
          NAME
              + ": the YAML library is not there: start it by the launcher, or with java --add-modules"
              + " org.snakeyaml.engine");
    }
  }
}
