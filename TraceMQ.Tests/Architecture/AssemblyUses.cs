using System.Collections.Immutable;
using System.Reflection;
using System.Reflection.Emit;
using System.Reflection.Metadata;
using System.Reflection.Metadata.Ecma335;
using System.Reflection.PortableExecutable;

namespace TraceMQ.Tests.Architecture;

/// <summary>Reads from an assembly which types name which: in bases, fields, signatures and the code of every method.</summary>
internal sealed class AssemblyUses
{
    private static readonly Dictionary<int, OperandType> s_operands = typeof(OpCodes)
        .GetFields(BindingFlags.Public | BindingFlags.Static)
        .Select(field => (OpCode)field.GetValue(null)!)
        .ToDictionary(code => code.Value & 0xFFFF, code => code.OperandType);

    private readonly HashSet<TypeUse> _uses = [];
    private readonly PEReader _file;
    private readonly MetadataReader _reader;
    private readonly NameCollector _names;
    private string _from = "";

    private AssemblyUses(PEReader file)
    {
        _file = file;
        _reader = file.GetMetadataReader();
        _names = new NameCollector(Note);
    }

    /// <summary>Every use in an assembly.</summary>
    public static IReadOnlySet<TypeUse> Of(Assembly assembly)
    {
        using var file = new PEReader(File.OpenRead(assembly.Location));
        var uses = new AssemblyUses(file);
        foreach (var handle in uses._reader.TypeDefinitions)
            uses.Read(handle);
        return uses._uses;
    }

    private void Read(TypeDefinitionHandle handle)
    {
        var type = _reader.GetTypeDefinition(handle);
        _from = NameOf(handle);
        Note(type.BaseType);
        foreach (var implemented in type.GetInterfaceImplementations())
            Note(_reader.GetInterfaceImplementation(implemented).Interface);
        foreach (var field in type.GetFields())
            _reader.GetFieldDefinition(field).DecodeSignature(_names, null);
        foreach (var method in type.GetMethods())
            Read(_reader.GetMethodDefinition(method));
    }

    private void Read(MethodDefinition method)
    {
        method.DecodeSignature(_names, null);
        if (method.RelativeVirtualAddress == 0)
            return;
        var body = _file.GetMethodBody(method.RelativeVirtualAddress);
        if (!body.LocalSignature.IsNil)
            _reader.GetStandaloneSignature(body.LocalSignature).DecodeLocalSignature(_names, null);
        foreach (var region in body.ExceptionRegions)
            Note(region.CatchType);
        Read(body.GetILReader());
    }

    private void Read(BlobReader code)
    {
        while (code.RemainingBytes > 0)
        {
            int value = code.ReadByte();
            if (value == 0xFE)
                value = 0xFE00 | code.ReadByte();
            switch (s_operands[value])
            {
                case OperandType.InlineNone:
                    break;
                case OperandType.ShortInlineBrTarget or OperandType.ShortInlineI or OperandType.ShortInlineVar:
                    code.Offset += 1;
                    break;
                case OperandType.InlineVar:
                    code.Offset += 2;
                    break;
                case OperandType.InlineI8 or OperandType.InlineR:
                    code.Offset += 8;
                    break;
                case OperandType.InlineSwitch:
                    var cases = code.ReadInt32();
                    code.Offset += 4 * cases;
                    break;
                case OperandType.InlineString:
                    var text = _reader.GetUserString((UserStringHandle)MetadataTokens.Handle(code.ReadInt32()));
                    _uses.Add(new TypeUse(_from, "'" + text));
                    break;
                case OperandType.InlineField
                or OperandType.InlineMethod
                or OperandType.InlineTok
                or OperandType.InlineType:
                    Note(MetadataTokens.EntityHandle(code.ReadInt32()));
                    break;
                default:
                    code.Offset += 4;
                    break;
            }
        }
    }

    private void Note(EntityHandle handle)
    {
        if (handle.IsNil)
            return;
        switch (handle.Kind)
        {
            case HandleKind.TypeDefinition:
                _uses.Add(new TypeUse(_from, NameOf((TypeDefinitionHandle)handle)));
                break;
            case HandleKind.TypeReference:
                _uses.Add(new TypeUse(_from, NameOf((TypeReferenceHandle)handle)));
                break;
            case HandleKind.TypeSpecification:
                _reader.GetTypeSpecification((TypeSpecificationHandle)handle).DecodeSignature(_names, null);
                break;
            case HandleKind.MethodDefinition:
                var method = _reader.GetMethodDefinition((MethodDefinitionHandle)handle);
                NoteMember(method.GetDeclaringType(), method.Name);
                break;
            case HandleKind.FieldDefinition:
                Note(_reader.GetFieldDefinition((FieldDefinitionHandle)handle).GetDeclaringType());
                break;
            case HandleKind.MethodSpecification:
                var generic = _reader.GetMethodSpecification((MethodSpecificationHandle)handle);
                generic.DecodeSignature(_names, null);
                Note(generic.Method);
                break;
            case HandleKind.MemberReference:
                Note(_reader.GetMemberReference((MemberReferenceHandle)handle));
                break;
        }
    }

    private void Note(MemberReference member)
    {
        NoteMember(member.Parent, member.Name);
        if (member.GetKind() == MemberReferenceKind.Method)
            member.DecodeMethodSignature(_names, null);
        else
            member.DecodeFieldSignature(_names, null);
    }

    private void NoteMember(EntityHandle type, StringHandle name)
    {
        Note(type);
        if (type.Kind == HandleKind.TypeReference)
            _uses.Add(new TypeUse(_from, NameOf((TypeReferenceHandle)type) + "::" + _reader.GetString(name)));
        else if (type.Kind == HandleKind.TypeDefinition)
            _uses.Add(new TypeUse(_from, NameOf((TypeDefinitionHandle)type) + "::" + _reader.GetString(name)));
    }

    // Nested types, the compiler's included, count as their outermost one.
    private string NameOf(TypeDefinitionHandle handle)
    {
        var type = _reader.GetTypeDefinition(handle);
        return type.GetDeclaringType() is { IsNil: false } outer
            ? NameOf(outer)
            : $"{_reader.GetString(type.Namespace)}.{_reader.GetString(type.Name)}";
    }

    private string NameOf(TypeReferenceHandle handle)
    {
        var type = _reader.GetTypeReference(handle);
        return type.ResolutionScope.Kind == HandleKind.TypeReference
            ? NameOf((TypeReferenceHandle)type.ResolutionScope)
            : $"{_reader.GetString(type.Namespace)}.{_reader.GetString(type.Name)}";
    }
}
