"""
What GEXF 1.3 allows, as far as we write it, after its grammar at https://gexf.net/schema.html.

Written anew and closed: an element or attribute that is not here is an error, also where the
format would take it.
"""

from lxml import etree

DATATYPES = "http://www.w3.org/2001/XMLSchema-datatypes"
GRAMMAR = f"""
<grammar xmlns="http://relaxng.org/ns/structure/1.0" datatypeLibrary="{DATATYPES}"
    ns="http://gexf.net/1.3">
  <start>
    <element name="gexf">
      <attribute name="version"><value>1.3</value></attribute>
      <element name="meta">
        <attribute name="lastmodifieddate"><data type="date"/></attribute>
        <interleave>
          <element name="creator"><text/></element>
          <element name="description"><text/></element>
        </interleave>
      </element>
      <element name="graph">
        <attribute name="defaultedgetype"><value>undirected</value></attribute>
        <attribute name="idtype"><value>string</value></attribute>
        <attribute name="mode"><value>dynamic</value></attribute>
        <attribute name="timeformat"><value>date</value></attribute>
        <attribute name="timerepresentation"><value>interval</value></attribute>
        <zeroOrMore><ref name="attributes"/></zeroOrMore>
        <element name="nodes">
          <ref name="count"/>
          <zeroOrMore><ref name="node"/></zeroOrMore>
        </element>
        <element name="edges">
          <ref name="count"/>
          <zeroOrMore><ref name="edge"/></zeroOrMore>
        </element>
      </element>
    </element>
  </start>
  <define name="count">
    <attribute name="count"><data type="nonNegativeInteger"/></attribute>
  </define>
  <define name="attributes">
    <element name="attributes">
      <attribute name="class"><choice><value>node</value><value>edge</value></choice></attribute>
      <zeroOrMore>
        <element name="attribute">
          <attribute name="id"/>
          <attribute name="title"/>
          <attribute name="type">
            <choice><value>string</value><value>boolean</value></choice>
          </attribute>
        </element>
      </zeroOrMore>
    </element>
  </define>
  <define name="node">
    <element name="node">
      <attribute name="id"/>
      <attribute name="label"/>
      <interleave>
        <ref name="attvalues"/>
        <ref name="look"/>
      </interleave>
    </element>
  </define>
  <define name="edge">
    <element name="edge">
      <attribute name="id"/>
      <attribute name="source"/>
      <attribute name="target"/>
      <attribute name="weight"><data type="double"/></attribute>
      <interleave>
        <ref name="attvalues"/>
        <optional>
          <element name="spells">
            <oneOrMore>
              <element name="spell">
                <optional><attribute name="start"><data type="date"/></attribute></optional>
                <optional><attribute name="end"><data type="date"/></attribute></optional>
              </element>
            </oneOrMore>
          </element>
        </optional>
      </interleave>
    </element>
  </define>
  <define name="attvalues">
    <element name="attvalues">
      <zeroOrMore>
        <element name="attvalue">
          <attribute name="for"/>
          <attribute name="value"/>
        </element>
      </zeroOrMore>
    </element>
  </define>
  <define name="look">
    <interleave>
      <element name="color" ns="http://gexf.net/1.3/viz">
        <attribute name="r" ns=""><ref name="channel"/></attribute>
        <attribute name="g" ns=""><ref name="channel"/></attribute>
        <attribute name="b" ns=""><ref name="channel"/></attribute>
      </element>
      <element name="position" ns="http://gexf.net/1.3/viz">
        <attribute name="x" ns=""><data type="float"/></attribute>
        <attribute name="y" ns=""><data type="float"/></attribute>
        <attribute name="z" ns=""><data type="float"/></attribute>
      </element>
      <element name="size" ns="http://gexf.net/1.3/viz">
        <attribute name="value" ns=""><data type="float"/></attribute>
      </element>
      <element name="shape" ns="http://gexf.net/1.3/viz">
        <attribute name="value" ns="">
          <choice>
            <value>disc</value><value>square</value><value>triangle</value><value>diamond</value>
          </choice>
        </attribute>
      </element>
    </interleave>
  </define>
  <define name="channel">
    <data type="nonNegativeInteger"><param name="maxInclusive">255</param></data>
  </define>
</grammar>
"""
SCHEMA = etree.RelaxNG(etree.fromstring(GRAMMAR))
