package io.nexus.server;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.nexus.server.LauncherBox.Launched;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.time.Instant;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * Runs the launcher itself, with JDKs and a Maven that are scripts and say what they were given.
 */
final class LauncherTest {

  @TempDir private Path temp;
  private LauncherBox box;

  @BeforeEach
  void layOut() throws IOException {
    box = new LauncherBox(temp);
  }

  @Test
  void findJava_everyPlaceHasOne_takesThemInTheirOrder() throws Exception {
    box.packaged();
    Path system = temp.resolve("system");
    List<Path> homes =
        List.of(
            LauncherBox.jdk(box.temp.resolve("own"), "25.0.1"),
            LauncherBox.jdk(box.temp.resolve("java home"), "25"),
            LauncherBox.jdk(box.temp.resolve("on path"), "26-ea"),
            LauncherBox.jdk(system.resolve("usr/lib/jvm/jdk-27"), "27"),
            LauncherBox.jdk(box.home.resolve(".sdkman/candidates/java/25-tem"), "25.0.1"),
            LauncherBox.jdk(
                system.resolve("Library/Java/JavaVirtualMachines/t.jdk/Contents/Home"), "25.0.2"),
            LauncherBox.jdk(box.home.resolve(".asdf/installs/java/temurin-25"), "25.0.1+8"));
    box.environment.put("NEXUS_JAVA_HOME", homes.get(0).toString());
    box.environment.put("JAVA_HOME", homes.get(1).toString());
    box.environment.put("PATH", box.bin + ":" + homes.get(2).resolve("bin"));

    for (Path expected : homes) {
      Launched outcome = box.run("version");
      assertEquals(0, outcome.exit(), outcome.err());
      assertTrue(
          outcome.out().startsWith("java: " + expected + "\n"),
          () -> expected + " expected, got " + outcome.out());
      box.environment.remove("NEXUS_JAVA_HOME", expected.toString());
      Files.delete(expected.resolve("bin/java"));
    }
    assertEquals(1, box.run("version").exit());
  }

  @Test
  void findJava_olderOnesOnly_saysWhatToInstall() throws Exception {
    box.packaged();
    box.environment.put("JAVA_HOME", LauncherBox.jdk(box.temp.resolve("17"), "17.0.9").toString());
    box.environment.put(
        "PATH",
        box.bin
            + ":"
            + LauncherBox.jdk(box.temp.resolve("8"), "1.8.0_392").resolve("bin").toString());

    Launched outcome = box.run("serve");

    assertEquals(1, outcome.exit());
    assertEquals("", outcome.out());
    assertTrue(outcome.err().startsWith("nexus: no JDK 25 or newer"), outcome.err());
    for (String way : List.of("apt-get install", "brew install", "sdk install java")) {
      assertTrue(outcome.err().contains(way), outcome.err());
    }
  }

  @Test
  void findJava_nexusJavaHomeTooOld_saysSoAndLooksOn() throws Exception {
    box.packaged();
    box.environment.put(
        "NEXUS_JAVA_HOME", LauncherBox.jdk(box.temp.resolve("21"), "21.0.4").toString());
    Path good = LauncherBox.jdk(box.temp.resolve("25"), "25.0.1");
    box.environment.put("JAVA_HOME", good.toString());

    Launched outcome = box.run("version");

    assertEquals(0, outcome.exit());
    assertTrue(outcome.out().startsWith("java: " + good + "\n"), outcome.out());
    assertTrue(outcome.err().contains("NEXUS_JAVA_HOME"), outcome.err());
  }

  @Test
  void findJava_noReleaseFile_asksJavaForItsVersion() throws Exception {
    box.packaged();
    Path good = LauncherBox.jdk(box.temp.resolve("25"), "25.0.1");
    Files.delete(good.resolve("release"));
    box.environment.put("JAVA_HOME", good.toString());

    assertEquals(0, box.run("version").exit());
  }

  @Test
  void findJava_shimOnPath_asksWhereItLives() throws Exception {
    box.packaged();
    Path real = LauncherBox.jdk(box.temp.resolve("real"), "25.0.1");
    LauncherBox.script(
        box.temp.resolve("shims/java"), "exec \"%s\" \"$@\"".formatted(real.resolve("bin/java")));
    box.environment.put("PATH", box.bin + ":" + box.temp.resolve("shims"));

    Launched outcome = box.run("version");

    assertTrue(outcome.out().startsWith("java: " + real + "\n"), outcome.out());
  }

  @Test
  void run_packagedThroughLinksFromElsewhere_startsTheModuleWithTheArguments() throws Exception {
    box.packaged();
    Path java = LauncherBox.jdk(box.temp.resolve("25"), "25.0.1");
    Files.delete(java.resolve("bin/javac"));
    box.environment.put("JAVA_HOME", java.toString());
    box.environment.put("NEXUS_JAVA_OPTS", "-Dx=1 -Dy=*");
    Files.createSymbolicLink(box.root.resolve("relative"), Path.of("nexus"));
    Path link = Files.createSymbolicLink(box.bin.resolve("nexus"), box.root.resolve("relative"));

    Launched outcome =
        box.start(box.home, link.toString(), "serve", "--config", "my nexus.toml", "");

    assertEquals(7, outcome.exit(), outcome.err());
    String arguments =
        "-Dx=1|-Dy=*|-p|%s|-m|io.nexus.server/io.nexus.server.Main|serve|--config|my nexus.toml||\n"
            .formatted(box.root.resolve("modules"));
    assertTrue(outcome.out().endsWith(arguments), outcome.out());
    assertTrue(outcome.out().contains("-XX:+UseSerialGC|"), outcome.out());
    assertFalse(outcome.out().contains("enable-native-access"), outcome.out());
    Files.createFile(box.root.resolve("modules/sqlite-jdbc-3.54.1.0.jar"));
    assertTrue(
        box.run("serve").out().contains("|--enable-native-access=org.xerial.sqlitejdbc|"),
        "the driver's module may use its library");
  }

  @Test
  void import_alone_hasTheModuleThatReadsYaml() throws Exception {
    box.packaged();
    box.environment.put("JAVA_HOME", LauncherBox.jdk(box.temp.resolve("25"), "25").toString());
    assertTrue(
        box.run("import", "litellm").out().contains("|--add-modules|org.snakeyaml.engine|"),
        "it reads YAML");
    assertFalse(box.run("serve").out().contains("snakeyaml"), "a start reads none");
  }

  @Test
  void testAndBench_packaged_needTheSources() throws Exception {
    box.packaged();
    for (String command : List.of("test", "bench", "package")) {
      Launched outcome = box.run(command);
      assertEquals(2, outcome.exit());
      assertTrue(outcome.err().startsWith("nexus: " + command + ": "), outcome.err());
    }
  }

  @Test
  void build_sourcesNewerThanTheStamp_runsOnceForEachChange() throws Exception {
    box.sources("exit 0");
    Path source = box.root.resolve("nexus-control/src/main/A.java");

    assertEquals(1, built(box.run("version")), "first use builds");
    assertEquals(0, built(box.run("version")), "nothing has changed");
    Files.setLastModifiedTime(source, FileTime.from(Instant.now().plusSeconds(3600)));
    assertEquals(1, built(box.run("version")), "a source is newer");
    Files.setLastModifiedTime(source, FileTime.from(Instant.EPOCH));
    Files.setLastModifiedTime(source.getParent(), FileTime.from(Instant.EPOCH));
    assertEquals(0, built(box.run("version")), "nothing has changed");
    Files.delete(source);
    Files.setLastModifiedTime(source.getParent(), FileTime.from(Instant.now().plusSeconds(3600)));
    assertEquals(1, built(box.run("version")), "a source is gone");
  }

  @Test
  void build_fails_showsTheLogAndDoesNotStart() throws Exception {
    box.sources("echo '[ERROR] missing semicolon'; exit 1");

    Launched outcome = box.run("version");

    assertEquals(1, outcome.exit());
    assertEquals("", outcome.out());
    assertTrue(outcome.err().contains("[ERROR] missing semicolon"), outcome.err());
    assertTrue(
        outcome.err().contains(box.root.resolve("nexus-server/target/nexus-build.log").toString()),
        outcome.err());
    assertEquals(1, built(box.run("version")), "a failed build leaves no stamp");
  }

  @Test
  void build_noMaven_saysWhatToInstall() throws Exception {
    box.sources("exit 0");
    Files.delete(box.bin.resolve("mvn"));

    Launched outcome = box.run("version");

    assertEquals(1, outcome.exit());
    assertTrue(outcome.err().contains("apt-get install maven"), outcome.err());
  }

  @Test
  void build_javaWithoutCompiler_isPassedOver() throws Exception {
    box.sources("exit 0");
    Files.delete(box.temp.resolve("25/bin/javac"));

    assertTrue(box.run("version").err().startsWith("nexus: no JDK 25 or newer"));
  }

  @Test
  void test_always_runsMavenWithThatJdkAndKeepsItsExitCode() throws Exception {
    box.sources("echo \"$JAVA_HOME $PWD $*\"; exit 3");
    box.environment.put("JAVA_HOME", "/nowhere");
    box.environment.put("NEXUS_JAVA_HOME", box.temp.resolve("25").toString());

    Launched outcome = box.run("test", "-pl", "nexus-control");

    assertEquals(3, outcome.exit());
    assertEquals(
        "%s %s -B -ntp verify -pl nexus-control\n".formatted(box.temp.resolve("25"), box.root),
        outcome.out());
  }

  private static long built(Launched outcome) {
    return outcome.err().lines().filter(line -> line.startsWith("nexus: building ")).count();
  }
}
