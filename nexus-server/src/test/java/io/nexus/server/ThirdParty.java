package io.nexus.server;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.jar.JarEntry;
import java.util.jar.JarOutputStream;
import java.util.spi.ToolProvider;

/** A third party's extension, made from its sources against the API alone. */
final class ThirdParty {

  private static final String MODULE =
      """
      module third.party {
        requires io.nexus.control;
        provides io.nexus.control.spi.NexusExtension with third.party.Extension;
      }
      """;

  private ThirdParty() {}

  /**
   * Compiles a module and packs it.
   *
   * @param work where it is compiled
   * @param folder where the jar goes
   * @param source the class {@code third.party.Extension}
   */
  static void install(Path work, Path folder, String source)
      throws IOException, InterruptedException {
    Path sources = Files.createDirectories(work.resolve("third/party"));
    Path module = Files.writeString(work.resolve("module-info.java"), MODULE);
    Path extension = Files.writeString(sources.resolve("Extension.java"), source);
    Path classes = work.resolve("classes");
    var told = new StringWriter();
    int exit =
        ToolProvider.findFirst("javac")
            .orElseThrow()
            .run(
                new PrintWriter(told),
                new PrintWriter(told),
                "-proc:none",
                "--module-path",
                modulePath(),
                "-d",
                classes.toString(),
                module.toString(),
                extension.toString());
    assertEquals(0, exit, told::toString);
    pack(classes, Files.createDirectories(folder).resolve("third-party.jar"));
  }

  /** The modules that the tests run with, or those of the distribution. */
  private static String modulePath() throws IOException, InterruptedException {
    var path = System.getProperty("jdk.module.path");
    return path != null ? path : Distribution.home().resolve("modules").toString();
  }

  private static void pack(Path classes, Path jar) throws IOException {
    try (var file = Files.newOutputStream(jar);
        var out = new JarOutputStream(file);
        var paths = Files.walk(classes)) {
      for (Path path : paths.filter(Files::isRegularFile).toList()) {
        out.putNextEntry(new JarEntry(classes.relativize(path).toString().replace('\\', '/')));
        Files.copy(path, out);
      }
    }
  }
}
