import static java.nio.file.StandardOpenOption.APPEND;

import java.io.File;
import java.io.IOException;
import java.io.OutputStream;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.lang.classfile.ClassFile;
import java.lang.classfile.attribute.ModuleAttribute;
import java.lang.constant.ClassDesc;
import java.lang.constant.ModuleDesc;
import java.lang.constant.PackageDesc;
import java.lang.module.ModuleDescriptor;
import java.lang.module.ModuleDescriptor.Exports;
import java.lang.module.ModuleDescriptor.Provides;
import java.lang.module.ModuleFinder;
import java.lang.module.ModuleReference;
import java.lang.reflect.AccessFlag;
import java.nio.file.FileSystems;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.security.DigestInputStream;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.regex.Pattern;
import java.util.spi.ToolProvider;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * Links a Java that has the modules of Nexus in it, so that a start finds them resolved instead of
 * opening each jar. What Java keeps of its own classes, so that they need not be parsed and
 * verified at each start, it then keeps of those that a gateway needs, too.
 *
 * <p>usage: java LinkRuntime.java MODULES OUTPUT [--small], with the JDK whose Java it is to be
 *
 * <p>A small one is for container images: compressed, with no more of Java SE than a gateway needs,
 * without line numbers in stack traces, without what Java keeps of classes (an image has a cache of
 * its own) and without SQLite's libraries for other systems. The same modules and the same JDK make
 * the same bytes.
 *
 * <p>jlink takes only explicit modules, and some libraries are automatic ones. A copy of such a jar
 * is given a descriptor that says what its being automatic says: all its packages are open and
 * exported, it provides what META-INF/services names, it may look for any service. What it requires
 * is what jdeps finds.
 *
 * <p>Exits with 0, with 1 and what went wrong (OUTPUT is then incomplete), or with 2 if called
 * wrongly.
 */
final class LinkRuntime {

  /**
   * All of Java SE, since extensions may use any of it; what the libraries need beside it; jcmd and
   * flight recordings to look into a gateway that runs.
   */
  private static final String JAVA =
      "java.se,jdk.crypto.cryptoki,jdk.jcmd,jdk.jfr,jdk.management,jdk.net,jdk.unsupported,jdk.zipfs";

  /** What a small one has beside what the modules require: to look into a gateway that runs. */
  private static final String SMALL_JAVA = "jdk.jcmd,jdk.jfr,jdk.management,jdk.zipfs";

  /** What libraries require for classes that a gateway does not use: beans. */
  private static final Set<String> UNUSED = Set.of("java.desktop");

  /** Messages in other languages, and how libraries were built. */
  private static final String UNREAD =
      "**_de.*,**_es.*,**_fr.*,**_it.*,**_ja.*,**_ko.*,**_pt_BR.*,**_ru.*,**_zh_CN.*,**_zh_TW.*,"
          + "/*/META-INF/maven/**";

  private static final String MAIN = "io.nexus.server/io.nexus.server.Main";

  private static final Pattern REQUIRES = Pattern.compile("requires (?:transitive )?([\\w.]+);");

  private LinkRuntime() {}

  public static void main(String[] args) throws IOException, InterruptedException {
    boolean small = args.length == 3 && args[2].equals("--small");
    if (args.length != 2 && !small) {
      System.err.println("usage: java LinkRuntime.java MODULES OUTPUT [--small]");
      System.exit(2);
    }
    boolean linked = false;
    var work = Files.createTempDirectory("nexus-link");
    try {
      link(Path.of(args[0]), Path.of(args[1]), work, small);
      linked = true;
    } catch (LinkException e) {
      System.err.println("link-runtime: " + e.getMessage());
    } catch (NoSuchFileException e) {
      System.err.println("link-runtime: " + e.getFile() + ": there is no such folder");
    } finally {
      delete(work);
    }
    System.exit(linked ? 0 : 1);
  }

  private static void link(Path modules, Path output, Path work, boolean small)
      throws IOException, InterruptedException {
    var jars = Files.createDirectory(work.resolve("modules"));
    try (var files = Files.list(modules)) {
      for (var jar : files.filter(file -> file.toString().endsWith(".jar")).toList()) {
        Files.copy(jar, jars.resolve(jar.getFileName()));
      }
    }
    var found = ModuleFinder.of(jars).findAll();
    makeExplicit(found, jars, work.resolve("descriptors"), small ? UNUSED : Set.of());
    var names = found.stream().map(module -> module.descriptor().name()).sorted();
    var options =
        new ArrayList<>(
            List.of(
                "--module-path=" + jars,
                "--add-modules="
                    + (small ? SMALL_JAVA : JAVA)
                    + ","
                    + names.collect(Collectors.joining(",")),
                "--no-header-files",
                "--no-man-pages",
                "--output=" + output));
    if (small) {
      for (var module : found) {
        shrink(jar(module));
      }
      // Not the tables of the tokenizers: Java maps what is not compressed, and reads the rest.
      options.addAll(
          List.of(
              "--compress=zip-9:filter=**.class,**.bin,**.dat,**.properties",
              "--strip-java-debug-attributes",
              "--exclude-resources=" + UNREAD));
    }
    run("jlink", options.toArray(String[]::new));
    if (!small) {
      keepClasses(output, work);
    }
    // What is made for this Java does not fit another of the same size.
    Files.writeString(
        output.resolve("release"), "NEXUS_LINKED=\"" + digest(output) + "\"\n", APPEND);
  }

  private static void keepClasses(Path output, Path work) throws IOException, InterruptedException {
    // As the launcher has them, or the archive would not fit.
    var java =
        List.of(
            output.resolve("bin").resolve("java").toString(),
            "-XX:+UseSerialGC",
            "-XX:+UseCompactObjectHeaders");
    var classes = work.resolve("classes");
    start(work, java, "-XX:DumpLoadedClassList=" + classes, "-m", MAIN, "rehearse");
    start(work, java, "-XX:SharedClassListFile=" + classes, "-Xshare:dump");
  }

  private static String digest(Path output) throws IOException {
    try (var modules = Files.newInputStream(output.resolve("lib").resolve("modules"));
        var digested = new DigestInputStream(modules, MessageDigest.getInstance("SHA-256"))) {
      digested.transferTo(OutputStream.nullOutputStream());
      return HexFormat.of().formatHex(digested.getMessageDigest().digest());
    } catch (NoSuchAlgorithmException e) {
      throw new AssertionError("every JDK has it", e);
    }
  }

  /** Takes from a jar SQLite's libraries for other systems. */
  private static void shrink(Path jar) throws IOException {
    try (var system = FileSystems.newFileSystem(jar)) {
      var libraries = system.getPath("/org/sqlite/native");
      if (Files.exists(libraries)) {
        var used = libraries.resolve("Linux").resolve(processor());
        try (var files = Files.walk(libraries)) {
          for (var file : files.filter(Files::isRegularFile).toList()) {
            if (!file.startsWith(used)) {
              Files.delete(file);
            }
          }
        }
      }
    }
  }

  /** As SQLite's driver names it. */
  private static String processor() {
    var name = System.getProperty("os.arch");
    return name.equals("amd64") ? "x86_64" : name;
  }

  private static void start(Path work, List<String> java, String... arguments)
      throws IOException, InterruptedException {
    var command = new ArrayList<>(java);
    command.addAll(List.of(arguments));
    var log = work.resolve("log");
    var process =
        new ProcessBuilder(command).redirectErrorStream(true).redirectOutput(log.toFile());
    if (process.start().waitFor() != 0) {
      throw new LinkException(String.join(" ", command) + ": " + Files.readString(log));
    }
  }

  private static void makeExplicit(
      Set<ModuleReference> modules, Path jars, Path generated, Set<String> unused)
      throws IOException {
    var automatic = modules.stream().filter(module -> module.descriptor().isAutomatic()).toList();
    if (automatic.isEmpty()) {
      return;
    }
    var arguments =
        new ArrayList<String>(
            List.of("--ignore-missing-deps", "--multi-release=base", "--module-path=" + jars));
    arguments.addAll(List.of("--generate-open-module", generated.toString()));
    automatic.forEach(module -> arguments.add(jar(module).toString()));
    run("jdeps", arguments.toArray(String[]::new));
    var services = services(modules);
    for (var module : automatic) {
      var descriptor = module.descriptor();
      var source = Files.readString(sourceOf(generated.resolve(descriptor.name())));
      var required = new TreeSet<String>();
      REQUIRES.matcher(source).results().forEach(match -> required.add(match.group(1)));
      required.removeAll(unused);
      var visible = new TreeSet<>(required);
      visible.add(descriptor.name());
      var known = new TreeSet<>(services.keySet());
      known.removeIf(service -> !visible.contains(services.get(service)));
      try (var jar = FileSystems.newFileSystem(jar(module))) {
        Files.write(jar.getPath("module-info.class"), explicit(descriptor, required, known));
      }
    }
  }

  /** The services that are provided or looked for, each with the module whose type it is. */
  private static Map<String, String> services(Set<ModuleReference> modules) {
    var homes = new HashMap<String, String>();
    Stream.concat(modules.stream(), ModuleFinder.ofSystem().findAll().stream())
        .map(ModuleReference::descriptor)
        .forEach(module -> shared(module).forEach(name -> homes.put(name, module.name())));
    var services = new TreeMap<String, String>();
    for (var module : modules) {
      Stream.concat(
              module.descriptor().uses().stream(),
              module.descriptor().provides().stream().map(Provides::service))
          .filter(service -> homes.containsKey(packageOf(service)))
          .forEach(service -> services.put(service, homes.get(packageOf(service))));
    }
    return services;
  }

  private static Stream<String> shared(ModuleDescriptor module) {
    return module.isAutomatic()
        ? module.packages().stream()
        : module.exports().stream().filter(each -> !each.isQualified()).map(Exports::source);
  }

  private static String packageOf(String type) {
    return type.substring(0, type.lastIndexOf('.'));
  }

  private static Path sourceOf(Path folder) throws IOException {
    try (Stream<Path> files = Files.walk(folder)) {
      return files.filter(file -> file.endsWith("module-info.java")).findFirst().orElseThrow();
    }
  }

  private static byte[] explicit(
      ModuleDescriptor automatic, Set<String> required, Set<String> services) {
    var module =
        ModuleAttribute.of(
            ModuleDesc.of(automatic.name()),
            info -> {
              info.moduleFlags(AccessFlag.OPEN);
              info.requires(ModuleDesc.of("java.base"), List.of(AccessFlag.MANDATED), null);
              // Who reads an automatic module reads what it reads.
              required.forEach(
                  name -> info.requires(ModuleDesc.of(name), List.of(AccessFlag.TRANSITIVE), null));
              new TreeSet<>(automatic.packages())
                  .forEach(name -> info.exports(PackageDesc.of(name), List.of()));
              services.forEach(service -> info.uses(ClassDesc.of(service)));
              for (var provided : new TreeSet<>(automatic.provides())) {
                // The service of a library that is not here is provided to nobody.
                if (services.contains(provided.service())) {
                  info.provides(ClassDesc.of(provided.service()), types(provided.providers()));
                }
              }
            });
    return ClassFile.of().buildModule(module);
  }

  private static ClassDesc[] types(List<String> names) {
    return names.stream().map(ClassDesc::of).toArray(ClassDesc[]::new);
  }

  private static Path jar(ModuleReference module) {
    return Path.of(module.location().orElseThrow());
  }

  private static void run(String tool, String... arguments) {
    var said = new StringWriter();
    var to = new PrintWriter(said, true);
    var found = ToolProvider.findFirst(tool);
    if (found.isEmpty()) {
      throw new LinkException(tool + ": this JDK has none");
    }
    if (found.get().run(to, to, arguments) != 0) {
      throw new LinkException(tool + ": " + said);
    }
  }

  private static void delete(Path folder) throws IOException {
    try (Stream<Path> files = Files.walk(folder)) {
      files.map(Path::toFile).sorted((a, b) -> b.compareTo(a)).forEach(File::delete);
    }
  }

  /** What went wrong, for whoever started it. */
  private static final class LinkException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    LinkException(String message) {
      super(message);
    }
  }
}
