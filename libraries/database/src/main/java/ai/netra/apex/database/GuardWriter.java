package ai.netra.apex.database;

import static java.lang.classfile.ClassFile.ACC_FINAL;
import static java.lang.classfile.ClassFile.ACC_PUBLIC;

import java.lang.classfile.ClassBuilder;
import java.lang.classfile.ClassFile;
import java.lang.classfile.CodeBuilder;
import java.lang.classfile.TypeKind;
import java.lang.constant.ClassDesc;
import java.lang.constant.ConstantDescs;
import java.lang.constant.MethodTypeDesc;
import java.lang.invoke.MethodHandle;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.MethodType;
import java.lang.reflect.Method;
import java.lang.reflect.Modifier;
import java.util.Arrays;
import java.util.HashSet;
import java.util.Set;
import java.util.function.Predicate;

/**
 * Writes the rest of a {@link Guarded} class once, with the JDK's own class-file API: the hundreds
 * of methods that JDBC's interfaces have beyond the interesting ones differ in nothing but their
 * types. Those that touch memory only pass the fence and go to the driver's object; all others go
 * to {@code rare()}. A reflective proxy would do the same at many times the price, which counts
 * where a column is read hundreds of times for one statement. Immutable.
 */
final class GuardWriter {

    private final ClassDesc parent;
    private final ClassDesc type;
    private final String target;
    private final Predicate<Method> direct;

    private GuardWriter(Class<?> parent, Class<?> type, String target, Predicate<Method> direct) {
        this.parent = describe(parent);
        this.type = describe(type);
        this.target = target;
        this.direct = direct;
    }

    /**
     * Completes {@code parent}, an abstract implementation of {@code type}.
     *
     * @param target the field of {@code parent} with the driver's object, of type {@code type}
     * @param direct which methods touch memory only
     * @param creation the parameters of the constructor of {@code parent}
     * @return creates instances; of the parameters' types, returns {@code parent}
     */
    static MethodHandle complete(
            Class<? extends Guarded> parent,
            Class<?> type,
            String target,
            Predicate<Method> direct,
            Class<?>... creation) {
        var writer = new GuardWriter(parent, type, target, direct);
        MethodType constructor = MethodType.methodType(void.class, creation);
        ClassDesc name = ClassDesc.of(parent.getPackageName(), "Written" + parent.getSimpleName());
        byte[] written =
                ClassFile.of().build(name, code -> writer.write(code, constructor, parent, type));
        try {
            MethodHandles.Lookup lookup = MethodHandles.lookup().defineHiddenClass(written, true);
            return lookup.findConstructor(lookup.lookupClass(), constructor)
                    .asType(constructor.changeReturnType(parent));
        } catch (ReflectiveOperationException e) {
            throw new IllegalStateException("a class written here is not taken by the JVM", e);
        }
    }

    /** What to throw when a constructor from {@link #complete} fails, which only keeps values. */
    static IllegalStateException impossible(Throwable error) {
        return new IllegalStateException("a constructor that only keeps values failed", error);
    }

    private void write(
            ClassBuilder code, MethodType constructor, Class<?> parentClass, Class<?> typeClass) {
        code.withFlags(ACC_FINAL).withSuperclass(parent);
        code.withMethodBody(
                ConstantDescs.INIT_NAME,
                describe(constructor),
                0,
                body -> {
                    body.aload(0);
                    load(body, constructor.parameterArray());
                    body.invokespecial(parent, ConstantDescs.INIT_NAME, describe(constructor))
                            .return_();
                });
        Set<String> there = byHand(parentClass);
        for (Method method : typeClass.getMethods()) {
            if (!Modifier.isStatic(method.getModifiers()) && there.add(signature(method))) {
                code.withMethodBody(
                        method.getName(),
                        typeOf(method),
                        ACC_PUBLIC | ACC_FINAL,
                        body -> write(body, method));
            }
        }
    }

    private static Set<String> byHand(Class<?> parentClass) {
        var signatures = new HashSet<String>();
        for (Class<?> each = parentClass; each != null; each = each.getSuperclass()) {
            for (Method method : each.getDeclaredMethods()) {
                if (!Modifier.isAbstract(method.getModifiers())) {
                    signatures.add(signature(method));
                }
            }
        }
        return signatures;
    }

    private void write(CodeBuilder code, Method method) {
        if (direct.test(method)) {
            code.aload(0)
                    .invokevirtual(parent, "passFence", MethodTypeDesc.of(ConstantDescs.CD_void));
            code.aload(0).getfield(parent, target, type);
        } else {
            code.aload(0).invokevirtual(parent, "rare", MethodTypeDesc.of(type));
        }
        load(code, method.getParameterTypes());
        code.invokeinterface(type, method.getName(), typeOf(method))
                .return_(TypeKind.from(method.getReturnType()));
    }

    private static void load(CodeBuilder code, Class<?>[] parameters) {
        int slot = 1;
        for (Class<?> parameter : parameters) {
            TypeKind kind = TypeKind.from(parameter);
            code.loadLocal(kind, slot);
            slot += kind.slotSize();
        }
    }

    private static String signature(Method method) {
        return method.getName() + Arrays.toString(method.getParameterTypes());
    }

    private static MethodTypeDesc typeOf(Method method) {
        return describe(MethodType.methodType(method.getReturnType(), method.getParameterTypes()));
    }

    private static MethodTypeDesc describe(MethodType type) {
        return type.describeConstable().orElseThrow();
    }

    private static ClassDesc describe(Class<?> type) {
        return type.describeConstable().orElseThrow();
    }
}
