package io.nexus.control;

import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static com.tngtech.archunit.library.dependencies.SlicesRuleDefinition.slices;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;

import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import io.nexus.control.money.Money;
import java.io.IOException;
import java.lang.classfile.ClassFile;
import java.lang.classfile.ClassModel;
import java.lang.classfile.CodeElement;
import java.lang.classfile.Instruction;
import java.lang.classfile.MethodModel;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** Rules that the module system cannot express. */
class ArchitectureTest {

  private static final JavaClasses CONTROL = new ClassFileImporter().importPath(classes());

  /** Opcodes that make, load or convert a float or a double. */
  private static final Pattern FLOATING = Pattern.compile("[DF](?!UP).*|[IL]2[DF]");

  @Test
  void control_time_isInjected() {
    noClasses()
        .should()
        .callMethod(System.class, "currentTimeMillis")
        .orShould()
        .callMethod(System.class, "nanoTime")
        .orShould()
        .callMethod(Instant.class, "now")
        .orShould()
        .callMethod(Clock.class, "systemUTC")
        .orShould()
        .callMethod(Clock.class, "systemDefaultZone")
        .because("a test must be able to set the time: take an InstantSource")
        .check(CONTROL);
  }

  @Test
  void control_types_areNotOfHttp() {
    noClasses()
        .should()
        .dependOnClassesThat()
        .resideInAnyPackage(
            "io.helidon..", "java.net.http..", "com.sun.net.httpserver..", "org.apache.hc..")
        .because("the domain decides; the server speaks HTTP")
        .check(CONTROL);
  }

  @Test
  void control_packages_dependOnEachOtherOneWay() {
    slices().matching("io.nexus.control.(*)..").should().beFreeOfCycles().check(CONTROL);
  }

  @Test
  void moneyAndHolds_code_hasNoFloatingPoint() throws IOException {
    var found = new ArrayList<String>();
    int parsed = 0;
    for (var file : classFiles()) {
      found.addAll(floatingPoint(ClassFile.of().parse(file)));
      parsed++;
    }
    assertFalse(parsed == 0, "no classes found");
    assertEquals(List.of(), found);
  }

  private static List<Path> classFiles() throws IOException {
    try (Stream<Path> files = Files.walk(classes().resolve("io/nexus/control"))) {
      return files
          .filter(file -> file.toString().endsWith(".class"))
          .filter(
              file ->
                  file.toString()
                      .matches(".*[/\\\\](money|pricing|budget|hold|lease|journal)[/\\\\].*"))
          .toList();
    }
  }

  private static List<String> floatingPoint(ClassModel type) {
    var found = new ArrayList<String>();
    var name = type.thisClass().asInternalName();
    for (var field : type.fields()) {
      if (field.fieldType().stringValue().matches("\\[*[DF]")) {
        found.add(name + "." + field.fieldName().stringValue());
      }
    }
    for (var method : type.methods()) {
      if (usesFloatingPoint(method)) {
        found.add(name + "." + method.methodName().stringValue());
      }
    }
    return found;
  }

  private static boolean usesFloatingPoint(MethodModel method) {
    var signature = method.methodTypeSymbol();
    return Stream.concat(Stream.of(signature.returnType()), signature.parameterList().stream())
            .anyMatch(type -> type.descriptorString().matches("\\[*[DF]"))
        || method.code().stream()
            .flatMap(code -> code.elementStream())
            .filter(Instruction.class::isInstance)
            .anyMatch(element -> FLOATING.matcher(opcode(element)).matches());
  }

  private static String opcode(CodeElement element) {
    return ((Instruction) element).opcode().name();
  }

  private static Path classes() {
    return Path.of(
        URI.create(Money.class.getProtectionDomain().getCodeSource().getLocation().toString()));
  }
}
